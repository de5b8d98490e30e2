-- The last version of a product that a catalogue outside has fed. Written under the lock of the
-- catalogue's revision.
create table catalog.fed (
  product text primary key,
  version bigint not null check (version > 0),
  fed_at timestamptz not null default clock_timestamp()
) with (fillfactor = 70);
