create schema reporting;

-- The lake itself: which folder is its own, what cuts its days, and a number that rises with every
-- change of its files. heard says how far in time the log has been put into it.
create table reporting.lake (
  one boolean primary key default true check (one),
  marker text not null default '',
  zone text not null default '',
  revision bigint not null default 0,
  heard_at timestamptz not null default '-infinity'
) with (fillfactor = 30);

insert into reporting.lake default values;

-- Which files the lake has; one that is not here does not exist. positions are those of the log whose
-- events it was made from: of them it can be made again.
create table reporting.file (
  id bigint generated always as identity primary key,
  tbl text not null,
  day date not null,
  path text not null unique,
  level int not null check (level >= 0),
  rows bigint not null check (rows > 0),
  bytes bigint not null check (bytes > 0),
  checksum bigint not null,
  positions int8multirange not null,
  newest timestamptz not null,
  state text not null default 'live' check (state in ('live', 'gone', 'lost')),
  made_at timestamptz not null default clock_timestamp(),
  gone_at timestamptz,
  uploaded_at timestamptz
);

create index file_live on reporting.file (tbl, day) where state = 'live';
create index file_not_uploaded on reporting.file (id) where state = 'live' and uploaded_at is null;
