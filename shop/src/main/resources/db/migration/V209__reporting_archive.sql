-- A month of orders that leaves the database, and how far it has come. From retired on its orders
-- are in files only. Snapshot and base say up to where the event log was read when it was audited:
-- what the log tells of the month later begins it anew.
create table reporting.retired_month (
  month date primary key check (extract(day from month) = 1),
  first_number bigint not null unique,
  next_number bigint not null check (next_number > first_number),
  state text collate "C" not null
    check (state in ('begun', 'audited', 'verified', 'retired', 'dropped')),
  -- whether the detached tables stay in the database for good
  keep boolean not null default false,
  orders bigint not null default 0,
  log_snapshot text,
  log_base bigint,
  begun_at timestamptz not null default clock_timestamp(),
  audited_at timestamptz,
  verified_at timestamptz,
  retired_at timestamptz,
  dropped_at timestamptz
);

-- Opening balances: what the rows of a retired month said, in sums. What is counted is named by
-- what (ledger, sold, restocked, left, received, pool, points, coupons, red_packets, state,
-- captured, back, rows) and key (an account, a SKU, a kind, a state, a table).
create table reporting.opening (
  month date not null references reporting.retired_month on delete cascade,
  what text collate "C" not null,
  key text collate "C" not null,
  rows bigint not null,
  amount bigint not null,
  primary key (month, what, key)
);

-- The files of the archive; one that is not here does not count. kind: orders (documents), or the
-- table whose raw rows it has. source: retired, or imported from another shop.
create table reporting.archive_file (
  path text collate "C" primary key,
  month date not null check (extract(day from month) = 1),
  kind text collate "C" not null,
  source text collate "C" not null check (source in ('retired', 'imported')),
  rows bigint not null check (rows > 0),
  bytes bigint not null check (bytes > 0),
  amount bigint not null,
  first_number bigint not null,
  last_number bigint not null check (last_number >= first_number),
  first_bucket int not null check (first_bucket between 0 and 1023),
  last_bucket int not null check (last_bucket between first_bucket and 1023),
  written_at timestamptz not null default clock_timestamp()
);
create index on reporting.archive_file (month, kind);

-- What people wrote about refunds and returns of archived orders: erased with them, so it is in no
-- file. about is the id of the refund or return; pictures a JSON array of texts.
create table reporting.archive_words (
  order_number bigint not null,
  about text collate "C" not null,
  -- whether a customer wrote it; a refund by a return repeats what stands at the return
  theirs boolean not null,
  reason text not null,
  pictures text not null,
  note text,
  primary key (order_number, about)
);

-- Money that providers took for orders that have left the database, until a person has settled it.
create table reporting.late_notice (
  id bigint generated always as identity primary key,
  order_number bigint not null,
  attempt int not null,
  provider text not null,
  transaction text not null,
  amount bigint not null,
  currency text not null,
  captured_at timestamptz not null,
  told_at timestamptz not null default clock_timestamp(),
  resolved_at timestamptz,
  resolved_by text,
  -- where the money went
  reference text,
  unique (order_number, provider, transaction),
  check ((resolved_at is null) = (resolved_by is null)),
  check ((resolved_at is null) = (reference is null))
);
create index on reporting.late_notice (id) where resolved_at is null;
