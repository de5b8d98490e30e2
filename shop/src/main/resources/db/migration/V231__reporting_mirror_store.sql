-- Which store the second place is: in another one nothing is yet. copied rises with every list of files
-- that is put there.
alter table reporting.lake
  add column store text not null default '',
  add column copied bigint not null default 0;
