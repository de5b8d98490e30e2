-- 0: staff let a feed begin again, and its next word is taken whatever its number is.
alter table inventory.fed drop constraint fed_sequence_check, add check (sequence >= 0);
alter table catalog.fed drop constraint fed_version_check, add check (version >= 0);
