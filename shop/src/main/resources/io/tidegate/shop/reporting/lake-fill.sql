-- One business day of a made-up shop, in DuckDB's SQL. Every choice is a dice of hash(order, salt), so that the same
-- day and seed make the same rows. ${...} are numbers, and names of tables, which LakeFill puts in.
-- Statements end with a line that has only a semicolon; the first word of the comment before one is its name.

-- setup: what all days share
create or replace temp macro dice(i, salt, sides) as (hash(i, salt, ${seed}) % sides)::bigint
;
create or replace temp macro sku_code(n) as printf('LK-%05d', n)
;
create or replace temp macro sku_price(n) as (990 + 100 * (hash(n, 77) % 2000))::bigint
;
create or replace temp macro sku_category(n) as
  ['phones', 'computers', 'audio', 'home', 'kitchen', 'clothes', 'shoes', 'beauty', 'food', 'toys', 'books', 'sports'][1 + (n % 12)::integer]
;
create or replace temp macro district(n) as
  ['110101', '110105', '120101', '210102', '310101', '310104', '310115', '320102', '320505', '330106', '350203', '370102',
   '420106', '430102', '440103', '440106', '440305', '500103', '510104', '610113'][1 + (n % 20)::integer]
;

-- day: the orders that are placed on a day, with what will become of them
create or replace temp table fill_base_${k} as
with rolled as (
  select
    ${first} + i as id,
    1 + (pow(dice(${first} + i, 1, 1000000) / 1e6, 1.5) * ${users})::bigint % ${users} as user_id,
    dice(${first} + i, 2, 1000) as fate,
    dice(${first} + i, 3, 1000) as later,
    dice(${first} + i, 4, 1000) as perk,
    1 + dice(${first} + i, 5, 3) as lines,
    ${start} + case when dice(${first} + i, 6, 10) < 8
      then (32400000 + dice(${first} + i, 7, 50400000)) else dice(${first} + i, 7, 86400000) end as placed_ms
  from range(${orders}) t(i)),
timed as (
  select *,
    placed_ms + 10000 + dice(id, 10, 1800000) as paid_ms,
    placed_ms + 60000 + dice(id, 11, 3600000) as cancelled_ms,
    (7200 + dice(id, 12, 172800)) * 1000 as to_ship,
    (86400 + dice(id, 13, 259200)) * 1000 as to_deliver,
    (3600 + dice(id, 14, 600000)) * 1000 as to_complete
  from rolled)
select *,
  ((placed_ms - 1704067200000) << 22) | ((user_id % 1024) << 12) | ((id >> 8) % 16 << 8) | (id % 256) as number,
  district(hash(user_id, 5)) as region,
  case when dice(user_id, 15, 50) = 0 then 'USD' else 'CNY' end as currency,
  ['alipay', 'wechat', 'stripe'][1 + dice(id, 16, 3)] as provider,
  case when perk < 120 then (1 + dice(id, 17, 200))::varchar end as coupon,
  case when perk between 120 and 139 and ${saleOn} then 'sale' end as in_sale,
  case
    when fate < 80 then 'closed' when fate < 110 then 'cancelled'
    when later < 20 then 'refunded_early' when later < 45 then 'returned' when later < 60 then 'returned_in_part'
    else 'completed' end as ends,
  fate >= 110 and perk >= 950 as in_two_parcels
from timed
;
create or replace temp table fill_items_${k} as
with lines as (
  select id, number, user_id, region, currency, coupon, line,
    (pow(dice(id * 8 + line, 20, 1000000) / 1e6, 2.2) * ${skus})::bigint as sku_number,
    1 + dice(id * 8 + line, 21, 10) // 8 as quantity
  from fill_base_${k}, range(1, lines + 1) r(line)),
priced as (select *, sku_price(sku_number) as unit_price from lines)
select *, case when coupon is null then 0 else unit_price * quantity // 10 end as discount,
  unit_price * quantity - (case when coupon is null then 0 else unit_price * quantity // 10 end) as total
from priced
;
create or replace temp table fill_sums_${k} as
select number, sum(unit_price * quantity)::bigint as items_total, sum(discount)::bigint as discount_total,
  case when sum(total) >= 9900 then 0 else 800 end::bigint as freight,
  sum(quantity)::integer as pieces, first(total order by line) as first_total
from fill_items_${k} group by number
;
create or replace temp table fill_steps_${k} as
with told as (
  select number, unnest(
    [{'type': 'placed', 'state': 'awaiting_payment', 'ms': placed_ms}] ||
    case ends
      when 'closed' then [{'type': 'closed', 'state': 'closed', 'ms': placed_ms + 86400000}]
      when 'cancelled' then [{'type': 'cancelled', 'state': 'cancelled', 'ms': cancelled_ms}]
      else [{'type': 'paid', 'state': 'awaiting_shipment', 'ms': paid_ms}] end ||
    case when ends in ('closed', 'cancelled') then []
      when ends = 'refunded_early' then [{'type': 'refunded', 'state': 'refunded', 'ms': paid_ms + to_ship // 2}]
      else
        case when in_two_parcels
          then [{'type': 'partially_shipped', 'state': 'partially_shipped', 'ms': paid_ms + to_ship // 2}] else [] end ||
        [{'type': 'shipped', 'state': 'shipped', 'ms': paid_ms + to_ship},
         {'type': 'delivered', 'state': 'delivered', 'ms': paid_ms + to_ship + to_deliver}] ||
        case ends
          when 'returned' then [{'type': 'refunded', 'state': 'refunded', 'ms': paid_ms + to_ship + to_deliver + to_complete}]
          when 'returned_in_part' then [
            {'type': 'partially_refunded', 'state': 'delivered', 'ms': paid_ms + to_ship + to_deliver + to_complete // 2},
            {'type': 'completed', 'state': 'completed', 'ms': paid_ms + to_ship + to_deliver + to_complete}]
          else [{'type': 'completed', 'state': 'completed', 'ms': paid_ms + to_ship + to_deliver + to_complete}] end
      end) as step
  from fill_base_${k})
select number, row_number() over (partition by number order by step.ms)::integer as version,
  step.type as type, step.state as state, step.ms as ms, (step.ms - ${epoch}) // 86400000 as day
from told
;
-- orders: an event of an order for each row
with happened as (
  select *, type in ('placed', 'paid', 'closed', 'cancelled') as has_amounts from fill_steps where day = ${day})
select ${position} + row_number() over (order by h.ms, h.number, h.version) as position,
  make_timestamp(h.ms * 1000) as happened_at, h.type as type, b.number as number, h.version as version, b.user_id as user_id,
  b.region as region, h.state as state,
  case when has_amounts or h.type like '%refund%' then b.currency end as currency,
  case when has_amounts then s.items_total end as items_total, case when has_amounts then s.discount_total end as discount_total,
  case when has_amounts then s.freight end as freight,
  case when has_amounts then s.items_total - s.discount_total + s.freight end as total,
  make_timestamp(b.placed_ms * 1000) as placed_at,
  case when h.type = 'paid' then make_timestamp(b.paid_ms * 1000) end as paid_at,
  case h.type when 'closed' then 'not_paid_in_time' when 'cancelled' then 'by_customer' end as reason,
  case when h.type = 'paid' then b.provider end as provider,
  case when h.type in ('placed', 'paid') then 'SF' end as courier,
  case when has_amounts then b.coupon end as coupon,
  case when has_amounts and b.coupon is not null then s.discount_total end as coupon_amount, null::bigint as points,
  case h.type when 'refunded' then s.items_total - s.discount_total + s.freight when 'partially_refunded' then s.first_total end as amount,
  case when has_amounts then b.in_sale end as sale
from happened h join fill_base b using (number) join fill_sums s using (number)
order by position
;
-- lines: the lines of events that have some
with happened as (
  select * from fill_steps where day = ${day}
    and type in ('placed', 'paid', 'closed', 'cancelled', 'partially_refunded', 'refunded'))
select ${position} + row_number() over (order by h.ms, h.number, h.version, i.line) as position,
  make_timestamp(h.ms * 1000) as happened_at, h.type as type, h.number as number, h.version as version, i.user_id as user_id,
  i.region as region, i.line::integer as line, sku_code(i.sku_number) as sku, 'LK-P' || (i.sku_number // 4) as product,
  sku_category(i.sku_number // 4) as category, i.quantity::integer as quantity, i.unit_price as unit_price, i.discount as discount,
  i.total as total, null::varchar as pool, i.currency as currency
from happened h join fill_items i using (number)
where h.type <> 'partially_refunded' or i.line = 1
order by position
;
-- payments: the captures
select ${position} + row_number() over (order by h.ms, h.number) as position,
  make_timestamp(h.ms * 1000) as happened_at, 'paid' as type, b.number as number, b.number || 'p1' as payment, b.provider as provider,
  s.items_total - s.discount_total + s.freight as amount, b.currency as currency
from (select * from fill_steps where day = ${day} and type = 'paid') h join fill_base b using (number) join fill_sums s using (number)
order by position
;
-- refunds: what customers asked for, and the money on its way back
with ended as (
  select h.*, b.user_id, b.ends, b.provider, b.currency,
    case h.type when 'refunded' then s.items_total - s.discount_total + s.freight else s.first_total end as amount
  from (select * from fill_steps where day = ${day} and type in ('refunded', 'partially_refunded')) h
    join fill_base b using (number) join fill_sums s using (number)),
told as (
  select *, 'requested' as told, 0 as step from ended union all by name select *, 'succeeded' as told, 1 as step from ended)
select ${position} + row_number() over (order by ms, number, step) as position, make_timestamp(ms * 1000) as happened_at,
  told as type, number, number || 'r1' as refund, user_id, case ends when 'refunded_early' then 'before_shipping' else 'return' end as kind,
  case told when 'requested' then 'requested' end as state, case told when 'succeeded' then provider end as provider,
  case told when 'succeeded' then 'customer' end as reason, amount, 0::bigint as deducted, currency, null::varchar as how
from told order by position
;
-- shipments: the parcels' steps
with parcels as (
  select number, ms, type, unnest(case type
    when 'paid' then [{'type': 'planned', 'after': 400 + dice(number, 30, 3000)}]
    when 'shipped' then [{'type': 'shipped', 'after': 0}] else [{'type': 'delivered', 'after': 0}] end) as step
  from fill_steps where day = ${day} and type in ('paid', 'shipped', 'delivered'))
select ${position} + row_number() over (order by p.ms, p.number) as position,
  make_timestamp(least(p.ms + p.step.after, ${start} + 86399999) * 1000) as happened_at, p.step.type as type, p.number as number, p.number || 's1' as shipment,
  ['SH', 'GZ', 'BJ'][1 + dice(p.number, 31, 3)] as warehouse, 'SF' as carrier, s.pieces as pieces, true as last
from parcels p join fill_sums s using (number)
order by position
;
-- behaviour: those who look, and some of whom buy
with clicks as (
  select ${first} + i as id, 1 + (pow(dice(i, 40, 1000000) / 1e6, 1.5) * ${users})::bigint % ${users} as user_id,
    ${start} + dice(i, 41, 86400000) as ms, dice(i, 42, 100) as kind, (pow(dice(i, 43, 1000000) / 1e6, 2.2) * ${skus})::bigint as sku_number
  from (select ${first} * 7 + i as i from range(${clicks}) r(i)))
select null::bigint as position, make_timestamp(ms * 1000) as happened_at,
  case when kind < 20 then 'searched' when kind < 65 then 'viewed' when kind < 90 then 'clicked' when kind < 98 then 'carted' else 'reviewed' end as type,
  'fill-' || (id // 500) as batch, user_id, 's' || (user_id * 100 + ms // 3600000 % 24) as session,
  case when kind >= 20 then sku_code(sku_number) end as sku, case when kind >= 20 then sku_category(sku_number // 4) end as category,
  case when kind < 20 then sku_category(sku_number) end as query, district(hash(user_id, 5)) as region,
  case when kind >= 98 then 1 + dice(id, 44, 5) end::integer as stars
from clicks order by happened_at
;
