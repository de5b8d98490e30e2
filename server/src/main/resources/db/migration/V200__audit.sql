create schema audit;

-- A range of order numbers in which every order was final and every check of single orders was
-- clean. The fingerprint is the sum of its rows' hashes: while it is the same, nothing has changed.
create table audit.checkpoint (
  first bigint primary key,
  next bigint not null check (next > first),
  orders bigint not null check (orders > 0),
  fingerprint numeric not null,
  folded_at timestamptz not null default clock_timestamp()
);

-- What the range's completed orders have sold.
create table audit.checkpoint_sold (
  first bigint not null references audit.checkpoint on delete cascade,
  sku text collate "C" not null,
  quantity bigint not null,
  primary key (first, sku)
);
