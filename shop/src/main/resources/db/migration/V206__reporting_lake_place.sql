-- Which process has the lake's folder. A marker in the folder says that it is this system's; where the
-- folder was lost with its marker, the same process makes it again, and no other one does.
alter table reporting.lake add column place text not null default '';
