-- Since when a person is to look at a refund that has succeeded or was ended; null: nobody is.
alter table payment.refund add column doubt_since timestamptz;

create index on payment.refund (order_number, seq) where doubt_since is not null;
