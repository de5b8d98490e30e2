-- Since when a file of the lake has not been here as it was, and can't be had: it is left out until
-- it can.
alter table reporting.file add column waiting_since timestamptz;

-- The archive's file with the rows that an import made it of, from which it can be made again; the
-- log has none of them.
alter table reporting.file add column source text not null default '';
