-- What a sale granted: one row for each of its orders, written with the order and with the taking
-- from its pool (inventory's), while the pool's row is locked. So ids of one pool rise in the order
-- of commits, and a reader that has all up to an id misses none.
-- key_hash is of the Idempotency-Key: gates let a request through that may repeat one.
create table flashsale.grant (
  order_number bigint primary key,
  id bigint generated always as identity,
  sale bigint not null,
  pool bigint not null,
  sku text not null,
  user_id bigint not null,
  quantity int not null check (quantity >= 1),
  key_hash int not null,
  state text not null check (state in ('held', 'paid', 'released', 'refunded')),
  -- The order's version that made the state: events come twice and out of order.
  version int not null check (version >= 1)
) with (fillfactor = 85);
create unique index on flashsale.grant (pool, id);
create index on flashsale.grant (sale, user_id);
