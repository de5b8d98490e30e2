-- What refunds do with points. An order earns, holds and uses once; each of its refunds has rows of
-- its own. A refund's request makes the grant that has not come yet, so that none comes after its
-- reclaim (P3).
alter table points.entry
  drop column before_grant,
  drop constraint entry_kind_check,
  drop constraint entry_amount_check,
  add column refund int not null default 0;
alter table points.entry
  drop constraint entry_pkey,
  add primary key (order_number, kind, refund),
  add constraint entry_kind_check check (
    kind in ('earned', 'held', 'released', 'used', 'reclaimed', 'restored', 'returned', 'repaid')),
  add constraint entry_refund_check check (
    (refund > 0) = (kind in ('reclaimed', 'restored', 'returned')) and refund >= 0),
  add constraint entry_amount_check check (
    case
      when kind in ('released', 'restored', 'returned') then amount > 0
      when kind in ('held', 'reclaimed', 'repaid') then amount < 0
      when kind = 'used' then amount = 0
      else amount >= 0
    end);

-- What a refund takes back of what its order earned: taken out of the balance at the request, and
-- lacking because it was spent. What is lacking is deducted from the refund or, once that has
-- succeeded, owed; later grants pay it.
create table points.reclaim (
  order_number bigint not null,
  refund int not null check (refund > 0),
  user_id bigint not null,
  taken bigint not null check (taken >= 0),
  lacking bigint not null check (lacking >= 0),
  state text not null check (state in ('held', 'released', 'confirmed')),
  deducted bigint not null,
  paid bigint not null default 0,
  at timestamptz not null,
  primary key (order_number, refund),
  constraint reclaim_deducted check (deducted between 0 and lacking),
  constraint reclaim_paid
    check (paid between 0 and case state when 'confirmed' then lacking - deducted else 0 end)
) with (fillfactor = 85);
create index reclaim_owed on points.reclaim (user_id, order_number, refund)
  where state = 'confirmed' and lacking - deducted > paid;
-- Few entries pay what was owed; the audit reads all of them.
create index entry_repaid on points.entry (user_id) where kind = 'repaid';
