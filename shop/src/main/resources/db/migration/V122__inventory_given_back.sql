-- Pieces that a refund has given back: from sold to available, once for each refund and SKU.
-- warehouse: where they were received; null: they had never left. The ledger's other movements, by
-- hand, are in inventory.movement.
create table inventory.given_back (
  order_number bigint not null,
  refund integer not null check (refund >= 1),
  sku text collate "C" not null,
  quantity integer not null check (quantity >= 1),
  warehouse text collate "C",
  at timestamptz not null,
  primary key (order_number, refund, sku)
) partition by range (order_number);

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
    execute format('create table inventory.%I partition of inventory.given_back %s',
                   replace(month.name, 'orders_', 'given_back_'), month.bound);
  end loop;
end $$;
