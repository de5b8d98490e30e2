-- Events told once more to one consumer group: which, how fast, and how far it has come. The place
-- moves after a page was told, so a page may be told twice and none is left out.
create table messaging.replay (
  id bigint generated always as identity primary key,
  consumer text not null,
  own boolean not null,
  types text[] not null,
  from_at timestamptz,
  from_position bigint,
  to_at timestamptz,
  per_second int not null check (per_second > 0),
  state text not null check (state in ('running', 'paused', 'done', 'failed', 'cancelled')),
  end_horizon bigint not null,
  horizon bigint not null,
  position bigint not null,
  read bigint not null default 0,
  total bigint not null,
  told bigint not null default 0,
  error text not null default '',
  by text not null,
  created_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);

-- One at a time for each group.
create unique index replay_open on messaging.replay (consumer) where state in ('running', 'paused');
