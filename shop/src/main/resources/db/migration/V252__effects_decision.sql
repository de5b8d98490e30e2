create schema effects;

-- From which order on it is on record what orders bring: since a system outside was to decide for the
-- first time, and for ever. Orders before it are our rules'. One row at most.
create table effects.recording (
  one boolean primary key default true check (one),
  first_number bigint not null,
  at timestamptz not null default clock_timestamp()
);

-- What a paid order brings, whoever decides it: one row for each order, and what it says holds. A refund that comes first writes withheld, and
-- then nothing is granted; which of the two was first, this row's key and lock say.
create table effects.decision (
  order_number bigint primary key,
  user_id bigint not null,
  paid_total bigint not null check (paid_total >= 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- decided: recorded, and being granted. granted: all three effects have come.
  state text not null check (state in ('waiting', 'decided', 'granted', 'withheld')),
  -- What is asked, byte for byte the same whenever it is asked again.
  question text,
  tries integer not null default 0 check (tries >= 0),
  why text,
  next_try_at timestamptz,
  points bigint check (points >= 0),
  coupon text,
  coupon_kept_from bigint check (coupon_kept_from >= 0),
  coupon_from timestamptz,
  coupon_to timestamptz,
  packet bigint check (packet >= 0),
  created_at timestamptz not null default clock_timestamp(),
  decided_at timestamptz,
  -- L1: what is not final has a next actor.
  constraint decision_next check ((next_try_at is null) = (state in ('granted', 'withheld'))),
  constraint decision_question check ((question is not null) = (state = 'waiting')),
  constraint decision_answer check (
    (points is not null and packet is not null) = (state in ('decided', 'granted'))
    and (decided_at is null) = (state = 'waiting')
    and (coupon is null or state in ('decided', 'granted'))
    and (coupon is null) = (coupon_kept_from is null)
    and (coupon is null) = (coupon_from is null) and (coupon is null) = (coupon_to is null))
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
-- Orders that were never asked about come before those that are asked again.
create index decision_waiting on effects.decision ((tries > 0), next_try_at)
  where state = 'waiting';
create index decision_decided on effects.decision (next_try_at) where state = 'decided';
