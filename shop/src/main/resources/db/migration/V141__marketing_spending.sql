-- What a coupon is worth and for which goods never changes once its template is there: who holds
-- one was promised it. Titles, limits, the code and the validity of those to come may change.
alter table marketing.coupon_template
  drop constraint coupon_template_check,
  alter column amount_off drop not null,
  add column percent_off int check (percent_off between 1 and 100),
  add column off_max bigint check (off_max > 0),
  add column scope text not null default 'shop' check (scope in ('shop', 'category', 'skus')),
  add column scope_codes text[] not null default '{}',
  add column valid_from timestamptz,
  add column valid_to timestamptz,
  add column valid_days int check (valid_days > 0),
  add column total_max bigint check (total_max > 0),
  add column per_user_max int check (per_user_max > 0),
  add column claim_code text unique check (claim_code ~ '^[A-Z0-9-]{4,32}$'),
  add column active boolean not null default true,
  -- Issued by staff and claimed; what orders bring by rule is not counted.
  add column issued bigint not null default 0 check (issued >= 0),
  add column version int not null default 1,
  add column position bigint generated always as identity,
  add check (spend_min >= 0),
  add check ((amount_off is null) <> (percent_off is null)),
  add check (off_max is null or percent_off is not null),
  add check ((scope = 'shop') = (cardinality(scope_codes) = 0)),
  add check (issued <= total_max);
update marketing.coupon_template set valid_days = 30 where id = 'thank-you-10';
alter table marketing.coupon_template
  add check ((valid_to is null) <> (valid_days is null)),
  add check (valid_from is null or (valid_to is not null and valid_from < valid_to));

-- One act of staff that gives a template's coupons to a list of customers, a part at a time. done
-- says how many of the list were gone through, so that the same request goes on where it stopped.
create table marketing.coupon_issue (
  id bigint generated always as identity primary key,
  template text not null,
  actor text not null,
  at timestamptz not null default clock_timestamp(),
  asked int not null check (asked > 0),
  done int not null default 0 check (done between 0 and asked),
  issued int not null default 0 check (issued between 0 and done),
  skipped jsonb not null default '[]'
);

-- A coupon comes with an order by rule, by an issue of staff, or by its code. Those that no order
-- brought are counted for each customer: nth is unique, so no race gets past the limit.
alter table marketing.coupon
  alter column order_number drop not null,
  add column issue bigint,
  add column nth int check (nth > 0),
  -- The order that holds it, or has used it (P5: never two).
  add column held_by bigint,
  add check ((order_number is null) = (nth is not null)),
  add check (issue is null or nth is not null),
  add check ((held_by is not null) = (state in ('held', 'used')));
create unique index coupon_nth on marketing.coupon (template, user_id, nth)
  where nth is not null;
create unique index coupon_issue_user on marketing.coupon (issue, user_id)
  where issue is not null;

-- What is left of a packet is amount - held - used.
alter table marketing.red_packet
  add column held bigint not null default 0 check (held >= 0),
  add column used bigint not null default 0 check (used >= 0),
  add check (held + used <= amount);

-- What an order takes from a packet.
create table marketing.red_packet_take (
  order_number bigint not null,
  packet bigint not null,
  user_id bigint not null,
  amount bigint not null check (amount > 0),
  state text not null check (state in ('held', 'released', 'used')),
  at timestamptz not null,
  primary key (order_number, packet)
) with (fillfactor = 85);
