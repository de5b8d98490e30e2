create schema webhooks;

-- How far the event log was read for all subscriptions together, and how often these have changed:
-- whoever reads on must know those that are now.
create table webhooks.cursor (
  one boolean primary key default true check (one),
  horizon bigint not null default 0,
  position bigint not null default 0,
  generation bigint not null default 0
) with (fillfactor = 50);
insert into webhooks.cursor default values;

-- Where events are sent to.
create table webhooks.subscription (
  id bigint generated always as identity primary key,
  url text not null,
  types text[] not null,
  description text not null default '',
  state text not null check (state in ('active', 'disabled', 'deleted')),
  why text check (why in ('by_hand', 'gone', 'failing', 'backlog')),
  -- what came before is not sent
  since_horizon bigint not null,
  secret bytea not null,
  old_secret bytea,
  old_secret_until timestamptz,
  failing_since timestamptz,
  failed_at timestamptz,
  slow_until timestamptz,
  slow_steps integer not null default 0,
  by text not null,
  created_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp(),
  check ((why is not null) = (state = 'disabled')),
  check ((old_secret is null) = (old_secret_until is null))
) with (fillfactor = 70);

-- An event on its way to a subscription; a test has no position in the log.
create table webhooks.delivery (
  id bigint generated always as identity primary key,
  subscription bigint not null,
  position bigint,
  type text not null,
  state text not null check (state in ('waiting', 'sending', 'delivered', 'failed')),
  tries integer not null default 0 check (tries >= 0),
  next_try_at timestamptz,
  why text,
  status integer,
  created_at timestamptz not null default clock_timestamp(),
  tried_at timestamptz,
  ended_at timestamptz,
  unique (subscription, position),
  -- L1: what is not over has a next actor.
  check ((next_try_at is null) = (state in ('delivered', 'failed'))),
  check ((ended_at is not null) = (state in ('delivered', 'failed'))),
  check (state <> 'failed' or why is not null)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
create index delivery_due on webhooks.delivery (subscription, next_try_at) where ended_at is null;
create index delivery_list on webhooks.delivery (subscription, id);
create index delivery_failed on webhooks.delivery (subscription, id) where state = 'failed';
create index delivery_ended on webhooks.delivery (ended_at) where ended_at is not null;

-- Events of the past that are sent once more; one at a time for a subscription.
create table webhooks.replay (
  id bigint generated always as identity primary key,
  subscription bigint not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  delivered_too boolean not null,
  state text not null check (state in ('running', 'done', 'stopped')),
  why text,
  horizon bigint not null,
  position bigint not null,
  end_horizon bigint not null,
  read bigint not null default 0,
  sent bigint not null default 0,
  by text not null,
  created_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp(),
  check ((why is not null) = (state = 'stopped'))
) with (fillfactor = 70);
create unique index replay_running on webhooks.replay (subscription) where state = 'running';
create index replay_of on webhooks.replay (subscription, id);
