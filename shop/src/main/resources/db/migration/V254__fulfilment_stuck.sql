-- Since when a parcel has had an error, without a break: how long it has been stuck. Nodes of the
-- version before this don't write it.
alter table fulfilment.shipment add column failing_since timestamptz;
update fulfilment.shipment set failing_since = clock_timestamp() where last_error is not null;
create index shipment_failing on fulfilment.shipment (failing_since) where last_error is not null;

-- When a warehouse told that a parcel has left which a refund had stopped.
alter table fulfilment.shipment add column left_anyhow_at timestamptz;
