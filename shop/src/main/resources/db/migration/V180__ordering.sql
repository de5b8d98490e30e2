create schema ordering;

-- An order is one row: its items and its history are columns.
-- items: JSON array, [1, [sku, title, quantity, unitPrice, discount], ...]; the first member is the
-- encoding's version, lines count from 1. history: members of a JSON array without its brackets,
-- [version, epochMillis, from, to, fact, actor, traceId], appended by the update that raises the
-- version. State codes: 1 awaiting_payment, 2 awaiting_shipment, 3 partially_shipped, 4 shipped,
-- 5 delivered, 6 completed, 7 closed, 8 cancelled, 9 refunded; previous 0: there was none.
-- No index names a column that changes, so that updates stay in their page (HOT).
create table ordering.orders (
  number bigint not null,
  user_id bigint not null,
  state smallint not null,
  previous smallint not null,
  version int not null,
  region int not null,
  currency text not null,
  items_total bigint not null,
  discount_total bigint not null,
  freight bigint not null,
  total bigint not null,
  refunded_total bigint not null default 0,
  pay_before timestamptz not null,
  paid_at timestamptz,
  closed_at timestamptz,
  close_reason text,
  items text not null,
  history text not null,
  primary key (number),
  constraint orders_total check (total = items_total - discount_total + freight),
  constraint orders_transition check (
    (previous, state) in (
      (0, 1), (0, 2), (1, 1), (1, 2), (1, 7), (1, 8),
      (2, 2), (2, 3), (2, 4), (2, 9), (3, 3), (3, 4), (4, 4), (4, 5), (4, 6), (4, 9),
      (5, 5), (5, 6), (5, 9), (6, 6), (6, 9), (9, 9), (9, 2), (9, 4), (9, 5), (9, 6)))
) partition by range (number);
create index on ordering.orders (user_id, number desc);

-- Deadlines: one row for each lane batch and due time. kind 1: pay, 2: complete.
create table ordering.order_due (
  due_at timestamptz not null,
  kind smallint not null,
  id bigint generated always as identity,
  numbers bigint[] not null,
  primary key (due_at, id)
);
