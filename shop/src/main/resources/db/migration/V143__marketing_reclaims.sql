-- What refunds do with coupons and red packets; the columns say the same as those of
-- points.reclaim. A coupon is one piece.
alter table marketing.coupon
  drop constraint coupon_state_check,
  -- withheld: it came, and settled what its customer owed.
  add constraint coupon_state_check
    check (state in ('granted', 'held', 'used', 'reclaimed', 'withheld'));

create index coupon_withheld on marketing.coupon (user_id) where state = 'withheld';

create table marketing.coupon_reclaim (
  order_number bigint not null,
  refund int not null check (refund > 0),
  user_id bigint not null,
  coupon bigint not null,
  template text not null,
  taken bigint not null check (taken in (0, 1)),
  lacking bigint not null check (lacking in (0, 1)),
  state text not null check (state in ('held', 'released', 'confirmed')),
  deducted bigint not null,
  paid bigint not null default 0,
  at timestamptz not null,
  primary key (order_number, refund),
  constraint coupon_reclaim_once check (taken + lacking <= 1),
  constraint coupon_reclaim_deducted check (deducted between 0 and lacking),
  constraint coupon_reclaim_paid
    check (paid between 0 and case state when 'confirmed' then lacking - deducted else 0 end)
) with (fillfactor = 85);
create index coupon_reclaim_owed on marketing.coupon_reclaim (user_id, order_number, refund)
  where state = 'confirmed' and lacking - deducted > paid;

-- An order's coupon comes back once (P5), by the refund that made the order whole.
create table marketing.coupon_return (
  order_number bigint primary key,
  refund int not null check (refund > 0),
  coupon bigint not null,
  at timestamptz not null
);

-- What is left of a packet is amount - held - used - reclaimed - withheld.
-- Its state is told by these.
alter table marketing.red_packet
  drop column state,
  add column reclaimed bigint not null default 0 check (reclaimed >= 0),
  add column withheld bigint not null default 0 check (withheld >= 0),
  drop constraint red_packet_check,
  add constraint red_packet_parts check (held + used + reclaimed + withheld <= amount);
create index red_packet_withheld on marketing.red_packet (user_id) where withheld <> 0;
alter table marketing.red_packet_take
  add column returned bigint not null default 0,
  add constraint red_packet_take_returned
    check (returned between 0 and case state when 'used' then amount else 0 end);

create table marketing.red_packet_reclaim (
  order_number bigint not null,
  refund int not null check (refund > 0),
  user_id bigint not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  taken bigint not null check (taken >= 0),
  lacking bigint not null check (lacking >= 0),
  state text not null check (state in ('held', 'released', 'confirmed')),
  deducted bigint not null,
  paid bigint not null default 0,
  at timestamptz not null,
  primary key (order_number, refund),
  constraint red_packet_reclaim_deducted check (deducted between 0 and lacking),
  constraint red_packet_reclaim_paid
    check (paid between 0 and case state when 'confirmed' then lacking - deducted else 0 end)
) with (fillfactor = 85);
create index red_packet_reclaim_owed
  on marketing.red_packet_reclaim (user_id, order_number, refund)
  where state = 'confirmed' and lacking - deducted > paid;

-- What a refund gives back of what its order took from a packet.
create table marketing.red_packet_return (
  order_number bigint not null,
  refund int not null check (refund > 0),
  packet bigint not null,
  user_id bigint not null,
  amount bigint not null check (amount > 0),
  at timestamptz not null,
  primary key (order_number, refund, packet)
);
