-- Raises TG001 unless as many rows were touched as the decision was made for.
create function db.expect(actual bigint, expected bigint) returns boolean
  language plpgsql as $$
begin
  if actual <> expected then
    raise exception 'expected % rows, touched %', expected, actual using errcode = 'TG001';
  end if;
  return true;
end $$;

-- A time from epoch microseconds: times in arrays travel as bigint.
create function db.at(micros bigint) returns timestamptz
  language sql immutable strict parallel safe
  return to_timestamp(micros / 1000000.0::float8);

-- One row for each transaction of the last hour, by which an unknown commit is settled.
create table db.commit_mark (id bigint primary key) with (fillfactor = 100);

-- The first answer to a key, for as long as its subject lives. The key is the first 16 bytes of
-- SHA-256 over (caller, method and route, key); command_hash tells the same command from another.
create table db.idempotency (
  key bytea primary key check (length(key) = 16),
  command_hash bytea not null check (length(command_hash) = 16),
  reference bigint not null
);

-- Which process holds a named thing now; the epoch fences whoever held it before.
create table db.lease (
  name text primary key,
  holder text not null,
  epoch bigint not null,
  expires_at timestamptz not null
) with (fillfactor = 50);
