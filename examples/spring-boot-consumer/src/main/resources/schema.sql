-- Which events were heard, to look things up by; may be pruned at any time.
create table if not exists heard_event (
  source varchar(200) not null,
  id varchar(200) not null,
  primary key (source, id)
);
-- What this team makes of them. The number makes each once: it is the only key.
create table if not exists paid_order (
  number varchar(20) primary key,
  user_id varchar(20) not null,
  total bigint not null, -- minor units
  currency char(3) not null,
  region char(6) not null,
  channel varchar(40),
  paid_at timestamp with time zone not null
);
