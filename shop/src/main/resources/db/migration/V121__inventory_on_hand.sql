-- What lies in a warehouse; planned is the part that is promised to shipments.
create table inventory.on_hand (
  sku text collate "C" not null,
  warehouse text collate "C" not null,
  quantity integer not null,
  planned integer not null default 0,
  primary key (sku, warehouse),
  check (quantity >= 0 and planned >= 0 and planned <= quantity)
) with (fillfactor = 30, autovacuum_vacuum_scale_factor = 0.05);
