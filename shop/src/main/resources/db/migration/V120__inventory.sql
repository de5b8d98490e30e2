create schema inventory;

-- S1. The CHECKs decide for batches that go first without load.
create table inventory.stock (
  sku text collate "C" primary key,
  total bigint not null,
  available bigint not null check (available >= 0),
  locked bigint not null check (locked >= 0),
  sold bigint not null check (sold >= 0),
  check (available + locked + sold = total)
) with (fillfactor = 30, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 2000);

-- Movements by hand and returns; orders' movements are said by orders and their events. told is the
-- answer that was given first, for whoever repeats the request.
create table inventory.movement (
  id bigint generated always as identity primary key,
  sku text collate "C" not null,
  warehouse text not null,
  delta bigint not null check (delta <> 0),
  reason text not null,
  actor text not null,
  told text not null,
  at timestamptz not null default clock_timestamp()
);
create index on inventory.movement (sku, id);
