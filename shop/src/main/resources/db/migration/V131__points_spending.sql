-- Points that unpaid orders hold: out of the balance, and not spent yet.
alter table points.account
  add column held bigint not null default 0 check (held >= 0);

-- An order holds points once, and gives them back or uses them once. A use moves nothing: what it
-- spends left the balance when it was held.
alter table points.entry
  drop constraint entry_kind_check,
  drop constraint entry_check,
  add constraint entry_kind_check
    check (kind in ('earned', 'reclaimed', 'held', 'released', 'used')),
  add constraint entry_amount_check check (
    case kind
      when 'earned' then amount >= 0
      when 'held' then amount < 0
      when 'released' then amount > 0
      when 'used' then amount = 0
      else amount <= 0
    end);
create unique index entry_settled on points.entry (order_number)
  where kind in ('released', 'used');
