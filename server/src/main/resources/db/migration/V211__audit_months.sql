-- What the auditor itself found in a month's rows before they left the database: hashes of what the
-- log must tell of them, its orders' numbers, the rows that stay and name them, and sums of money.
-- It counts once the month is retired.
create table audit.month (
  first bigint primary key,
  next bigint not null check (next > first),
  facts bigint not null,
  moves bigint not null,
  others bigint not null,
  orders bigint not null,
  numbers bigint not null,
  checked text not null,
  -- NAME of a table with what the rows were, and what they sum up to; each on a line of its own
  staying text not null,
  sums text not null,
  audited_at timestamptz not null default clock_timestamp()
);
