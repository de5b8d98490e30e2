create schema points;

create table points.account (
  user_id bigint primary key,
  balance bigint not null default 0 check (balance >= 0)
) with (fillfactor = 70);

-- One change of a balance. P1: an order has each kind once. A reclaim that came before its grant
-- has before_grant set and amount 0; the grant that comes later then brings 0 as well (P3).
create table points.entry (
  order_number bigint not null,
  kind text not null check (kind in ('earned', 'reclaimed')),
  id bigint generated always as identity,
  user_id bigint not null,
  amount bigint not null,
  before_grant boolean not null default false,
  at timestamptz not null,
  primary key (order_number, kind),
  check (case kind when 'earned' then amount >= 0 else amount <= 0 end),
  check (not before_grant or (kind = 'reclaimed' and amount = 0))
);
create index entry_user on points.entry (user_id, id);
