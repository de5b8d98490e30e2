create schema payment;

-- A customer's try to pay an order at a provider. Its id is NUMBERpSEQ.
create table payment.attempt (
  order_number bigint not null,
  seq int not null,
  provider text not null,
  state smallint not null,
  version int not null,
  amount bigint not null check (amount > 0),
  currency text not null,
  cashier_url text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  captured_at timestamptz,
  -- when somebody asks the provider next; null: nobody needs to (L1)
  ask_at timestamptz,
  asks int not null default 0,
  primary key (order_number, seq)
) partition by range (order_number);
create index on payment.attempt (ask_at) where ask_at is not null;

-- Money that a provider says it took. One row for each of its transactions, whatever became of it.
create table payment.capture (
  order_number bigint not null,
  provider text not null,
  transaction text not null,
  attempt int not null,
  amount bigint not null check (amount > 0),
  currency text not null,
  captured_at timestamptz not null,
  recorded_at timestamptz not null,
  -- paid: pays its order; second, late: goes back; parked: waits for a person (M3)
  verdict smallint not null,
  primary key (order_number, provider, transaction)
) partition by range (order_number);

-- Money on its way back. The number is written before the first call and never changes (M6).
create table payment.refund (
  order_number bigint not null,
  seq int not null,
  provider text not null,
  attempt int not null,
  transaction text not null,
  amount bigint not null check (amount > 0),
  currency text not null,
  reason smallint not null,
  state smallint not null,
  version int not null,
  created_at timestamptz not null,
  succeeded_at timestamptz,
  next_try_at timestamptz,
  tries int not null default 0,
  last_answer text,
  primary key (order_number, seq)
) partition by range (order_number);
create index on payment.refund (next_try_at) where next_try_at is not null;

-- Double entry: each row moves an amount from one account to another, so it balances by itself.
create table payment.ledger (
  order_number bigint not null,
  id bigint generated always as identity,
  at timestamptz not null,
  debit text not null,
  credit text not null check (credit <> debit),
  amount bigint not null check (amount > 0),
  currency text not null,
  reference text not null,
  primary key (order_number, id)
) partition by range (order_number);

create function payment.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only';
end $$;
-- For each row, so that partitions inherit it; it costs nothing where nothing is changed.
create trigger append_only before update or delete on payment.ledger
  for each row execute function payment.refuse_change();
create trigger no_truncate before truncate on payment.ledger
  for each statement execute function payment.refuse_change();
