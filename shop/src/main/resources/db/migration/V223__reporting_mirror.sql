-- The archive's files have a second place too, as the lake's have. checksum: CRC-32C of the file's
-- bytes; null where it was written before this was kept.
alter table reporting.archive_file add column checksum bigint;
alter table reporting.archive_file add column uploaded_at timestamptz;
create index archive_not_uploaded on reporting.archive_file (path) where uploaded_at is null;

-- Files of the archive that the second place has and that count no longer, until they are removed
-- there.
create table reporting.archive_gone (
  path text collate "C" primary key
);

-- How far the lake is, its consumer's receipts tell.
alter table reporting.lake drop column heard_at;
