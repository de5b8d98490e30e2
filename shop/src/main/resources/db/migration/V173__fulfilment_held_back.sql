-- Pieces that a refund keeps in the house, from its stop on. released: it came to nothing, and they
-- go after all; the row stays.
create table fulfilment.held_back (
  order_number bigint not null,
  refund integer not null check (refund >= 1),
  line integer not null check (line >= 1),
  sku text not null,
  quantity integer not null check (quantity >= 1),
  held_at timestamptz not null,
  released_at timestamptz,
  primary key (order_number, refund, line)
) partition by range (order_number);

-- Months that were made before this table was: their orders may still come back.
do $$
declare
  month record;
begin
  for month in
    select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = to_regclass('fulfilment.task')
  loop
    execute format('create table fulfilment.%I partition of fulfilment.held_back %s',
                   replace(month.name, 'task_', 'held_back_'), month.bound);
  end loop;
end $$;

-- expected: a refund came before the order was planned, and the row is there for both to meet on.
alter table fulfilment.task
  drop constraint task_state_check,
  add constraint task_state_check
    check (state in ('expected', 'open', 'leaving', 'delivered', 'cancelled'));

-- Each refund of some pieces plans what is left of their parcels anew, in parcels of their own.
alter table fulfilment.shipment
  drop constraint shipment_seq_check,
  add constraint shipment_seq_check check (seq between 1 and 999);
