-- When a message was given up; of those before this nobody knows better than when they were
-- recorded. Nodes of the version before this don't write it.
alter table notification.message add column failed_at timestamptz;
update notification.message set failed_at = created_at where state = 'failed';
create index message_given_up on notification.message (failed_at) where state = 'failed';
