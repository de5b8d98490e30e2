create schema if not exists fulfilment;

create table fulfilment.warehouse (
  id text primary key,
  name_zh text not null,
  name_en text not null,
  region text not null
);

-- The warehouses' job for one order. Its row decides refund against ship; its version counts the
-- facts told about the order's shipments.
create table fulfilment.task (
  order_number bigint not null,
  state text not null check (state in ('open', 'leaving', 'delivered', 'cancelled')),
  version integer not null,
  region text not null,
  shipments integer not null,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (order_number)
) partition by range (order_number);

-- One parcel of an order, from one warehouse. items is a JSON array of {line, sku, quantity}.
create table fulfilment.shipment (
  order_number bigint not null,
  seq integer not null check (seq between 1 and 100),
  warehouse text not null,
  state text not null
    check (state in ('planned', 'picked', 'packed', 'shipped', 'delivered', 'cancelled')),
  version integer not null,
  carrier text,
  waybill text,
  items text not null,
  told boolean not null default false,
  problem text,
  next_step_at timestamptz,
  tries integer not null default 0,
  last_error text,
  planned_at timestamptz not null,
  picked_at timestamptz,
  packed_at timestamptz,
  shipped_at timestamptz,
  delivered_at timestamptz,
  cancelled_at timestamptz,
  primary key (order_number, seq)
) partition by range (order_number);

create index shipment_due on fulfilment.shipment (next_step_at) where next_step_at is not null;
create index shipment_troubled on fulfilment.shipment (order_number) where last_error is not null;

-- What a carrier said about a parcel, once each.
create table fulfilment.tracking (
  order_number bigint not null,
  seq integer not null,
  at timestamptz not null,
  status text not null,
  place text,
  text text not null,
  primary key (order_number, seq, at, status)
) partition by range (order_number);
