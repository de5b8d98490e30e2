-- Why a capture is parked (M3), and what a person decided about it.
alter table payment.capture
  -- 1 another amount or currency, 2 for somebody else's account; null: not parked
  add column parked_why smallint,
  -- 1 goes back to the customer, 2 dismissed; null: it waits
  add column decided smallint,
  add column decided_at timestamptz,
  -- what the provider says it took, where that is not what its notice said
  add column taken_amount bigint check (taken_amount > 0),
  add column taken_currency text,
  add column note text,
  add constraint capture_decided check (
    verdict = 4 or (parked_why is null and decided is null and taken_amount is null));

-- Rows are written once, then decided about at most once: what waits is found by this.
create index on payment.capture (order_number) where verdict = 4 and decided is null;
