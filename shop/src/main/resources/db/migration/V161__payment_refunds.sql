-- What a refund's way had beside tries: a number that takes another's place, a success that the
-- provider took back (M9), later looks at what had succeeded, and an end that a person gave it.
alter table payment.refund
  -- since when it has been tried without a person's word; null: since it was written
  add column tried_since timestamptz,
  -- the seq of the number in whose place this one came; null for the first one of a purpose
  add column replaces int,
  add column reversed_at timestamptz,
  -- when the provider is asked whether a success still stands; null: not any more, or not yet
  add column check_at timestamptz,
  add column checks int not null default 0,
  -- 1 replaced by another number, 2 settled by hand, 3 given up
  add column ended smallint,
  add column ended_at timestamptz,
  -- where the money went that was settled by hand
  add column reference text,
  add constraint refund_ended check ((state = 7) = (ended is not null and ended_at is not null));

-- What was refused waits for a person, and nobody tries it meanwhile.
update payment.refund set next_try_at = null where state = 4;

create index on payment.refund (check_at) where check_at is not null;
-- What is not settled: a person's list is cut out of it.
create index on payment.refund (order_number, seq) where state not in (5, 7);
