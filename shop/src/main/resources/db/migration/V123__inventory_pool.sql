-- Pieces that are set aside for a sale of their own. While a pool is open, inventory.stock counts
-- as locked what is free here, beside the lines of unpaid orders: an order that takes pieces
-- changes this row alone, and one that gives them back too. Closed, its free pieces are available
-- again, it never opens again, and what its orders give back later goes to the stock of all.
-- Each pool has pages with room for its own new versions: it is written by every batch of a sale.
create table inventory.pool (
  id bigint generated always as identity primary key,
  sku text collate "C" not null,
  allocation bigint not null,
  free bigint not null,
  open boolean not null,
  opened_at timestamptz not null default clock_timestamp(),
  check (free >= 0 and free <= allocation),
  check (open or free = 0)
) with (fillfactor = 10, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 2000);
