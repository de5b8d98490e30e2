-- Which warehouse outside was told of a parcel, as the ticket that it says again: after a change of
-- warehouses leave to pack goes to one of them.
alter table fulfilment.shipment add column told_to text check (length(told_to) <= 64);
