create schema marketing;

-- What coupons of one kind are worth. Amounts are in the currency's minor unit.
create table marketing.coupon_template (
  id text primary key check (id ~ '^[a-z0-9-]{1,64}$'),
  title_zh text not null,
  title_en text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount_off bigint not null check (amount_off > 0),
  spend_min bigint not null check (spend_min >= amount_off)
);
insert into marketing.coupon_template (id, title_zh, title_en, currency, amount_off, spend_min)
values ('thank-you-10', '满100元减10元', '10 off 100', 'CNY', 1000, 10000);

-- P1: an order gives a template's coupon once. A reclaim that comes before the grant writes the
-- row as reclaimed, and the grant then finds it (P3). No foreign key: it would lock the one
-- template's row in every grant.
create table marketing.coupon (
  id bigint generated always as identity primary key,
  template text not null,
  user_id bigint not null,
  order_number bigint not null,
  state text not null check (state in ('granted', 'held', 'used', 'reclaimed')),
  granted_at timestamptz not null,
  valid_from timestamptz not null,
  valid_to timestamptz not null check (valid_to > valid_from),
  unique (order_number, template)
) with (fillfactor = 85);
create index coupon_user on marketing.coupon (user_id, id);

create table marketing.red_packet (
  order_number bigint primary key,
  id bigint generated always as identity,
  user_id bigint not null,
  amount bigint not null check (amount >= 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  state text not null check (state in ('granted', 'held', 'spent', 'reclaimed')),
  at timestamptz not null
) with (fillfactor = 85);
create index red_packet_user on marketing.red_packet (user_id, id);
