-- The feed: one order of all events that every reader sees alike. A horizon is what one snapshot saw
-- of the log and the one before did not; events are read horizon by horizon, and within one by
-- position. What commits late, at however low a position, is in a later horizon: nothing is skipped,
-- and nothing is in two.
create table messaging.feed (
  one boolean primary key default true check (one),
  epoch bigint not null default 0,
  cluster bigint not null,
  base bigint not null default 0
) with (fillfactor = 30);

insert into messaging.feed (cluster) select system_identifier from pg_control_system();

-- since and until are the two snapshots; of a large difference each row has a part, a span of
-- positions, and unfinished says that more of the same difference follows. Events at or below base
-- come from another cluster, whose ids mean nothing here; those of them that no horizon had are named
-- one by one in positions.
create table messaging.horizon (
  id bigint primary key,
  since pg_snapshot not null,
  until pg_snapshot not null,
  base bigint not null,
  first bigint not null,
  last bigint not null,
  events int not null check (events > 0),
  part boolean not null,
  unfinished boolean not null,
  positions bigint[],
  at timestamptz not null default clock_timestamp()
);

create index horizon_at on messaging.horizon (at);
