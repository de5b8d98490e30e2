-- Checkpoints are of whole ranges now, with all their tables, and of the event log.
drop table audit.checkpoint_sold;
drop table audit.checkpoint;

-- Where the last audit has come to.
create table audit.checkpoint (
  one boolean primary key default true check (one),
  -- Audits are counted; one that began before another ended doesn't write over it.
  number bigint not null,
  -- A hash of what was asked: a program that asks anything else begins anew.
  asked bigint not null,
  -- The log was read up to this snapshot of this cluster.
  cluster bigint not null,
  snapshot text not null,
  base bigint not null,
  -- Below this position events and receipts agreed, and so many of them were compared.
  log_settled bigint not null,
  log_checked text not null
);

-- A range of order numbers.
create table audit.range (
  first bigint primary key,
  next bigint not null check (next > first),
  -- What the log tells of its orders, up to the checkpoint's snapshot: sums of hashes.
  facts bigint not null,
  moves bigint not null,
  others bigint not null,
  log_from bigint not null,
  -- Whether every check was clean while its rows, in all tables, had this checksum.
  settled boolean not null,
  checksum text not null,
  verified_in bigint not null,
  -- Whether all its orders are at their end.
  ended boolean not null,
  orders bigint not null,
  numbers bigint not null,
  checked text not null,
  -- What each SKU has in it: locked, sold, picked, planned, and whether an order was refunded.
  skus text[] not null,
  pieces bigint[] not null
);

-- What audits have found, the last ones.
create table audit.report (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  report jsonb not null
);
