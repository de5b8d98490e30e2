-- Staff edit products: an edit names the version it saw. One that is not active is not shown and sells
-- nothing. The revision tells a view in memory what changed since, as that of SKUs does.
alter table catalog.product
  add column version int not null default 1,
  add column active boolean not null default true,
  add column revision bigint not null default 0;
create index on catalog.product (revision);
