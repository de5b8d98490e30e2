-- What a stock system outside has given us to sell, all in all, per shelf: the last it said. Written
-- under the lock of the SKU's stock.
create table inventory.fed (
  sku text not null,
  warehouse text not null,
  sequence bigint not null check (sequence > 0),
  given bigint not null check (given >= 0),
  fed_at timestamptz not null default clock_timestamp(),
  primary key (sku, warehouse)
) with (fillfactor = 70);
