-- The trace of an order's payment, which the facts of its parcels carry on.
alter table fulfilment.task add column traceparent text not null default '';
