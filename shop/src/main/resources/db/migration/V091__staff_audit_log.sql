-- The audit log pages newest first, also of one member of the staff and of one kind of act.
create index on staff.act (actor, id);
create index on staff.act (act, id);
