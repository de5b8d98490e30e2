create schema cart;

-- The lock of one customer's cart: its limit is about all rows, and rows that don't exist yet can't
-- be locked.
create table cart.cart (user_id bigint primary key) with (fillfactor = 70);

-- Prices and titles are not kept: a cart shows them as they are now.
create table cart.item (
  user_id bigint not null,
  sku text collate "C" not null,
  quantity int not null check (quantity between 1 and 999),
  selected boolean not null,
  added_at timestamptz not null,
  primary key (user_id, sku)
) with (fillfactor = 85);
