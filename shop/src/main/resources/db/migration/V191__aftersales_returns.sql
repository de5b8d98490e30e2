-- Goods of a shipped order on their way back. The id outside is NUMBERtSEQ. Codes of the state:
-- 1 requested, 2 approved, 3 rejected, 4 in_transit, 5 received, 6 inspected, 7 done.
-- lines, accepted: JSON arrays of [line, quantity]; pictures: a JSON array of texts; history: a JSON
-- array of [version, epochMillis, state, actor]. refund is the seq of its case (NUMBERaSEQ).
create table aftersales.return_case (
  order_number bigint not null,
  seq int not null check (seq between 1 and 999),
  id bigint generated always as identity,
  user_id bigint not null,
  state smallint not null check (state between 1 and 7),
  version int not null check (version >= 1),
  lines text not null,
  accepted text not null default '[]',
  reason text not null,
  pictures text not null default '[]',
  why text,
  note text,
  courier text,
  waybill text,
  warehouse text,
  refund int,
  history text not null,
  created_at timestamptz not null,
  primary key (order_number, seq),
  check ((courier is null) = (waybill is null)),
  check (state <> 4 or waybill is not null),
  check (state not in (5, 6, 7) or warehouse is not null),
  -- Money only for what was accepted, and for all of that (S5).
  check (state not in (6, 7) or (accepted <> '[]' and refund is not null)),
  check (state <> 3 or why is not null)
) partition by range (order_number);
-- Staff page newest first, mostly through one state.
create index on aftersales.return_case (id);
create index on aftersales.return_case (state, id);
-- Whose refund it is: its outcome ends the return.
create unique index on aftersales.return_case (order_number, refund) where refund is not null;

-- Months that were made before this table was: their orders may still come back.
do $$
declare
  month record;
begin
  for month in
    select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = to_regclass('ordering.orders')
  loop
    execute format('create table aftersales.%I partition of aftersales.return_case %s',
                   replace(month.name, 'orders_', 'return_case_'), month.bound);
  end loop;
end $$;

-- What one person wants to be done about a parked capture above the limit, until a second one wants
-- the same (C6).
create table aftersales.parked_proposal (
  order_number bigint not null,
  provider text not null,
  transaction text not null,
  action text not null check (action in ('refund', 'dismiss')),
  actor text not null,
  at timestamptz not null,
  primary key (order_number, provider, transaction)
);
