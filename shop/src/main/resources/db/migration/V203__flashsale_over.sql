-- Since when a sale is over, by its end or by hand: nodes keep it in memory for a day from then on.
-- What is planned or warm they keep however long ago it should have ended, until somebody ends it.
alter table flashsale.sale add column over_at timestamptz;
update flashsale.sale set over_at = least(ends_at, now()) where stage in ('ended', 'stopped');
create index on flashsale.sale (over_at);
create index on flashsale.sale (id) where stage in ('planned', 'warm');
drop index flashsale.sale_ends_at_idx;
