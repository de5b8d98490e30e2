-- The log's partitions that may go, oldest first: every consumer's receipts were compared with them
-- and found whole, no parked event lies in them or before, and the last event is older than kept.
-- Without consumers there are none. The partition that is written to never goes.
create function messaging.old_partitions(width bigint, kept interval) returns setof bigint
  language plpgsql stable as $$
declare
  n bigint;
  latest timestamptz;
  settled bigint;
begin
  select least(
      (select min(coalesce(a.position, 0))
        from (select consumer from messaging.queue union select consumer from messaging.audited) c
        left join messaging.audited a using (consumer)),
      (select min(position) - 1 from messaging.dead_letter where state <> 'discarded'),
      (select max(position) from messaging.log) / width * width - 1)
    into settled
    where exists (select from messaging.audited);
  for n in
    select substring(c.relname from '\d+$')::bigint
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'messaging.log'::regclass
    order by 1
  loop
    exit when settled is null or (n + 1) * width - 1 > settled;
    select l.time into latest from messaging.log l
      where l.position >= n * width and l.position < (n + 1) * width
      order by l.position desc limit 1;
    exit when latest > clock_timestamp() - kept;
    return next n;
  end loop;
end $$;

-- Drops one of them. Writers of the log wait meanwhile, so it gives up soon where somebody reads the
-- log, and is tried another time.
create function messaging.drop_partition(n bigint) returns void
  language plpgsql as $$
begin
  perform pg_advisory_xact_lock(4021020);
  perform set_config('lock_timeout', '200ms', true);
  execute format('drop table if exists messaging.log_%s', n);
end $$;
