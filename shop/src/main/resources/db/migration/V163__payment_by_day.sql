-- A business day's money is found without an entry for each row: rows lie in the order of time.
create index on payment.capture using brin (captured_at) with (autosummarize = on);
create index on payment.refund using brin (succeeded_at) with (autosummarize = on);
create index on payment.refund (reversed_at) where reversed_at is not null;
