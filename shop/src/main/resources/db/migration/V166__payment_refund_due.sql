-- With it, a provider's due refunds were read among all that wait for all providers.
drop index payment.refund_next_try_at_idx;
