-- Pieces of an order whose money went back, one row for each refund and line. refund is the seq of
-- the customer's refund (NUMBERaSEQ); amount is what was paid for these pieces.
-- restocked: the pieces may be sold again. reversed_at: the provider took this money back later;
-- such rows count as not refunded, until the same refund succeeds again.
create table ordering.refunded_line (
  order_number bigint not null,
  refund int not null check (refund between 1 and 99),
  line int not null check (line between 1 and 100),
  quantity int not null check (quantity > 0),
  amount bigint not null check (amount >= 0),
  restocked boolean not null,
  reversed_at timestamptz,
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
    where i.inhparent = to_regclass('ordering.orders')
  loop
    execute format('create table ordering.%I partition of ordering.refunded_line %s',
                   replace(month.name, 'orders_', 'refunded_line_'), month.bound);
  end loop;
end $$;
