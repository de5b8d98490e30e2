-- How far behaviour has come from its topic into the lake; written with the files that hold it.
-- Who writes with an older epoch has lost the topic. stored_until is when the broker stored the last
-- message that was read; where a broker began its offsets anew it becomes skip_until: what was stored
-- up to then is not taken again.
create table reporting.behaviour_offset (
  broker text not null,
  queue int not null,
  next_offset bigint not null,
  stored_until bigint not null default 0,
  skip_until bigint not null default 0,
  epoch bigint not null,
  primary key (broker, queue)
) with (fillfactor = 50);

-- Ids of the batches that clients named, 24 bytes each (user, id), those of one write in a row: a
-- batch that comes again while it is remembered is not written again.
create table reporting.behaviour_seen (
  id bigint generated always as identity primary key,
  batches int not null check (batches > 0),
  ids bytea not null
);
