-- How often a member of the staff did something of late.
create index act_actor on staff.act (actor, act, at);
