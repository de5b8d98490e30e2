-- A customer's look has the provider asked at once, but not again and again.
alter table payment.attempt add column asked_at timestamptz;

-- Each provider's are taken by themselves: what waits for one that is slow is not read for another.
create index on payment.attempt (provider, ask_at) where ask_at is not null;
drop index payment.attempt_ask_at_idx;
