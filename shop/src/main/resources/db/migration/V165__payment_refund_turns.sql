-- Each provider's are taken by themselves: what waits for one that is slow is not read for another.
create index on payment.refund (provider, next_try_at) where next_try_at is not null;
create index on payment.refund (provider, check_at) where check_at is not null;
drop index payment.refund_check_at_idx;

-- What goes back without a customer's request is a list of its own.
create index on payment.refund (order_number) where reason <> 3;
