create schema messaging;

-- The event log: append-only, written in the transaction that makes the fact. xid tells the relay
-- which transactions a row belongs to; position orders rows. Partitions are made ahead by position.
create table messaging.log (
  position bigint generated always as identity (cache 1),
  xid xid8 not null default pg_current_xact_id(),
  type text not null,
  key bigint not null,
  version int not null,
  time timestamptz not null,
  traceparent text not null,
  data bytea not null,
  primary key (position)
) partition by range (position);

create index log_xid on messaging.log (xid);

-- Makes the partitions that hold the next rows, and some ahead; returns how many it made.
create function messaging.make_partitions(width bigint, ahead int) returns int
  language plpgsql as $$
declare
  made int := 0;
  top bigint;
begin
  perform pg_advisory_xact_lock(4021020);
  select coalesce(max(position), 0) into top from messaging.log;
  for n in top / width .. top / width + ahead loop
    if to_regclass('messaging.log_' || n) is null then
      execute format(
        'create table messaging.log_%s partition of messaging.log for values from (%s) to (%s)',
        n, n * width, (n + 1) * width);
      execute format(
        'alter table messaging.log_%s set (autovacuum_vacuum_insert_scale_factor = 0.5,'
        ' autovacuum_analyze_scale_factor = 0.5, autovacuum_freeze_min_age = 0)', n);
      made := made + 1;
    end if;
  end loop;
  return made;
end $$;

select messaging.make_partitions(8388608, 3);

-- How far the relay has come. What snapshot sees was published; between snapshot and target it is
-- under way, up to reached. Rows at or below base come from a cluster whose ids mean nothing here; again
-- is how far they were published once more, while that is going on.
create table messaging.relay (
  one boolean primary key default true check (one),
  epoch bigint not null default 0,
  cluster bigint not null,
  base bigint not null default 0,
  again bigint,
  snapshot pg_snapshot not null,
  target pg_snapshot,
  reached bigint not null default 0,
  position bigint not null default 0
) with (fillfactor = 30);

insert into messaging.relay (cluster, snapshot)
  select system_identifier, pg_current_snapshot() from pg_control_system();

-- Nodes that run a consumer now.
create table messaging.member (
  consumer text not null,
  node text not null,
  until timestamptz not null,
  primary key (consumer, node)
) with (fillfactor = 30);

-- The queues of each consumer: who reads them, and the offset up to which their effects are done.
create table messaging.queue (
  id int generated always as identity primary key,
  consumer text not null,
  topic text not null,
  broker text not null,
  queue int not null,
  owner text not null default '',
  epoch bigint not null default 0,
  until timestamptz not null default '-infinity',
  next_offset bigint not null default -1,
  unique (consumer, topic, broker, queue)
) with (fillfactor = 30);

-- Which positions a consumer has done: one bit each, 8192 a row. A slot is a queue, so that two
-- queues never wait for one row; slot 0 is for what was fed from the log.
create table messaging.receipt (
  consumer text not null,
  slot int not null,
  range bigint not null,
  bits bit(8192) not null,
  primary key (consumer, range, slot)
) with (fillfactor = 40);

-- Where the delivery audit stands: every position below is settled for the consumer.
create table messaging.audited (
  consumer text primary key,
  position bigint not null
) with (fillfactor = 30);

-- Events that a consumer could not do: tried again for a while, then waiting for a person.
create table messaging.dead_letter (
  id bigint generated always as identity primary key,
  consumer text not null,
  position bigint not null,
  type text not null,
  key bigint not null,
  state text not null check (state in ('retrying', 'dead', 'discarded')),
  tries int not null,
  next_at timestamptz not null,
  first_at timestamptz not null default clock_timestamp(),
  error text not null,
  closed_by text,
  closed_reason text,
  unique (consumer, position)
);

create index dead_letter_due on messaging.dead_letter (next_at) where state = 'retrying';
create index dead_letter_key on messaging.dead_letter (key);
