-- What a merge left out, by the key that it came with: a repeated key is answered with it again. A
-- merge that left nothing out has no row.
create table cart.skipped (
  key bytea not null,
  position smallint not null,
  user_id bigint not null,
  sku text collate "C" not null,
  why text collate "C" not null check (why in ('NOT_SELLABLE', 'FULL')),
  primary key (key, position)
);

-- For who takes out all that is kept of a customer.
create index skipped_of_user on cart.skipped (user_id);
