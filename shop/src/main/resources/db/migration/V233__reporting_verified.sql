-- When every byte of the lake's files was last looked at, by whichever process.
alter table reporting.lake add column verified_at timestamptz not null default now();
