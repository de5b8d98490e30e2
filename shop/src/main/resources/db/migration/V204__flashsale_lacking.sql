-- Pieces that were planned and that stock did not have when the time set them aside: what staff
-- planned is this and the allocation together.
alter table flashsale.item add column lacking bigint not null default 0 check (lacking >= 0);
