create schema reconciliation;

-- A provider's statement of a business day, line by line. The same day taken again replaces it.
create table reconciliation.line (
  -- of our number; both 0 where the number is none of ours
  order_number bigint not null,
  seq int not null,
  -- 1 payment, 2 refund, 3 a refund that was taken back
  type smallint not null,
  provider text not null,
  day date not null,
  number text not null,
  -- the provider's own number of a payment; empty where the statement has none
  transaction text not null,
  amount bigint not null check (amount > 0),
  currency text not null,
  at timestamptz not null,
  -- What a statement tells twice is here twice: it is a difference, and no reason to take nothing.
  id bigint generated always as identity (cache 100),
  -- The order first, so that an order's lines are found.
  primary key (order_number, seq, type, provider, day, number, id)
);
create index on reconciliation.line (provider, day);

-- A business day at a provider.
create table reconciliation.day (
  provider text not null,
  day date not null,
  -- when it began, in the business zone
  first_at timestamptz not null,
  -- 1 waits for its statement, 2 has it, 3 is matched
  state smallint not null,
  version int not null,
  -- fetched, imported; null: it has none yet
  source text,
  lines bigint not null default 0,
  matched bigint not null default 0,
  loaded_at timestamptz,
  matched_at timestamptz,
  -- what we have of later is not missed in the statement: it was taken before
  judged_until timestamptz,
  tries int not null default 0,
  next_try_at timestamptz,
  problem text,
  primary key (provider, day)
);
create index on reconciliation.day (next_try_at) where next_try_at is not null;

-- What a day's statement and our book say of it, summed up.
create table reconciliation.sum (
  provider text not null,
  day date not null,
  type smallint not null,
  currency text not null,
  theirs_rows bigint not null,
  theirs bigint not null,
  ours_rows bigint not null,
  ours bigint not null,
  primary key (provider, day, type, currency)
);

-- Where the statement and our book differ.
create table reconciliation.difference (
  id bigint generated always as identity primary key,
  provider text not null,
  day date not null,
  type smallint not null,
  number text not null,
  transaction text not null,
  order_number bigint not null,
  seq int not null,
  -- 1 ours_only, 2 theirs_only, 3 amount, 4 state, 5 missing_refund, 6 other_day
  kind smallint not null,
  theirs_amount bigint,
  theirs_currency text,
  theirs_at timestamptz,
  ours_amount bigint,
  ours_currency text,
  ours_at timestamptz,
  ours_state text,
  -- 1 open, 2 resolved
  state smallint not null,
  version int not null,
  -- settled (both say the same by now), other_day, accepted
  how text,
  note text,
  resolved_by text,
  resolved_at timestamptz,
  -- what the provider said when it was asked
  said text,
  found_at timestamptz not null,
  unique (provider, day, type, number, transaction),
  check ((state = 2) = (how is not null and resolved_at is not null))
);
create index on reconciliation.difference (provider, day, id);
create index on reconciliation.difference (provider, day) where state = 1;
