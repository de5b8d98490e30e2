-- What a customer entered: shown to the customer, and withdrawn by an erasure.
create index on flashsale.entry (user_id, number);

-- How many entries won; counted when it is drawn, since there may be half a million.
alter table flashsale.draw add column winners bigint check (winners between 0 and entries);
update flashsale.draw d
set winners = (select count(*) from flashsale.entry e where e.sale = d.sale and e.state = 'won')
where drawn_at is not null;
