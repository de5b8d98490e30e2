-- What ended is trimmed by its state, oldest first.
drop index webhooks.delivery_ended;
create index delivery_ended on webhooks.delivery (state, ended_at) where ended_at is not null;

-- The time of the last event that a replay looked at: where another one goes on.
alter table webhooks.replay add column reached_at timestamptz;
