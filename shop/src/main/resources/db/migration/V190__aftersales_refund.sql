create schema if not exists aftersales;

-- What a customer, or staff for one, wants back. Its id is NUMBERaSEQ; the money's number at the
-- provider is NUMBERr(money_seq), written before the first call.
-- lines: JSON array, [1, [line, quantity, goods, freight, [share, ...]], ...]; the first member is
-- the encoding's version; shares: what of each discount of the order went into these pieces.
-- used: JSON array, what comes back of each discount of the order: points, or minor units.
-- approvals: members of a JSON array without its brackets, [who, epochMillis]. history: the same,
-- [version, epochMillis, state, what, who]. States: 1 requested, 2 stopping, 3 awaiting_approval,
-- 4 at_provider, 5 money_back, 6 succeeded, 7 refusing, 8 refused, 9 reversed.
create table aftersales.refund_case (
  order_number bigint not null,
  seq int not null check (seq between 1 and 99),
  position bigint generated always as identity,
  user_id bigint not null,
  kind smallint not null check (kind in (1, 2)),
  return_seq int,
  warehouse text,
  state smallint not null check (state between 1 and 9),
  version int not null,
  currency text not null,
  -- what goes back, after what is deducted for perks that were spent
  amount bigint not null check (amount >= 0),
  deducted bigint not null check (deducted >= 0),
  lines text not null,
  used text not null,
  reason text not null,
  actor text not null,
  traceparent text not null,
  money_seq int,
  -- how many people must approve
  approvals_wanted smallint not null check (approvals_wanted in (0, 2)),
  approvals text not null default '',
  -- which steps of the way back are done, and which of them undone: bits of WayBack's codes
  done int not null,
  undone int not null default 0,
  refusal text,
  created_at timestamptz not null,
  succeeded_at timestamptz,
  -- when the next step is due; null: somebody else acts (the provider, a person), or nobody needs to
  next_step_at timestamptz,
  tries int not null default 0,
  history text not null,
  primary key (order_number, seq),
  check ((kind = 2) = (return_seq is not null))
) partition by range (order_number);
create index on aftersales.refund_case (next_step_at) where next_step_at is not null;
create index on aftersales.refund_case (position);
-- What waits for a person: approval, or a step that fails again and again.
create index on aftersales.refund_case (position)
  where state = 3 or (next_step_at is not null and tries >= 10);

-- What people decided about refunds that wait. refund is the id of a case or of an automatic refund.
-- Where two people are wanted, a row is open until a second one decides the same (C6); stamp says
-- how the refund stood: a row of another stamp counts no more.
create table aftersales.decision (
  id bigint generated always as identity primary key,
  refund text not null,
  stamp text not null,
  action text not null,
  reference text,
  note text,
  people_wanted smallint not null check (people_wanted in (1, 2)),
  proposed_by text not null,
  proposed_at timestamptz not null default clock_timestamp(),
  decided_by text,
  decided_at timestamptz,
  check ((decided_by is null) = (decided_at is null)),
  check (decided_by is null or (decided_by = proposed_by) = (people_wanted = 1))
);
create index on aftersales.decision (refund, id);

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
    execute format('create table aftersales.%I partition of aftersales.refund_case %s',
                   replace(month.name, 'orders_', 'refund_case_'), month.bound);
  end loop;
end $$;
