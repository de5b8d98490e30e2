-- What orders of the range have of each pool (inventory.pool).
alter table audit.range
  add pools bigint[] not null default '{}',
  add pool_pieces bigint[] not null default '{}';
