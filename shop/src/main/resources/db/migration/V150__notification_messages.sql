create schema notification;

-- A message to a customer. It holds no phone and no name: they are read when it is sent.
create table notification.message (
  order_number bigint not null,
  template text not null,
  id bigint generated always as identity,
  user_id bigint not null,
  channel text not null check (channel in ('push', 'sms')),
  details jsonb not null,
  state text not null check (state in ('recorded', 'sending', 'sent', 'unknown', 'failed')),
  why text,
  tries integer not null default 0 check (tries >= 0),
  next_try_at timestamptz,
  created_at timestamptz not null,
  sent_at timestamptz,
  primary key (order_number, template),
  -- L1: what is not final has a next actor.
  check ((next_try_at is null) = (state in ('sent', 'failed'))),
  check ((sent_at is not null) = (state = 'sent')),
  check (state <> 'failed' or why is not null)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
create index message_user on notification.message (user_id, id);
create index message_due on notification.message (next_try_at)
  where state in ('recorded', 'sending', 'unknown');
create index message_failed on notification.message (id) where state = 'failed';
