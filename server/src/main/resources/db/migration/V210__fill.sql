create schema fill;

-- A filling of the database with made-up orders: what was asked for, and the moment that it looks
-- back from. One that was broken off has no finished_at, and is gone on with.
create table fill.run (
  id bigint generated always as identity primary key,
  seed bigint not null,
  orders bigint not null,
  months int not null,
  users int not null,
  unpaid bigint not null,
  settled boolean not null,
  anchor timestamptz not null,
  begun_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz
);

-- Its chunks that are there: each is written in the transaction of its orders.
create table fill.chunk (
  run bigint not null references fill.run,
  chunk int not null,
  primary key (run, chunk)
);
