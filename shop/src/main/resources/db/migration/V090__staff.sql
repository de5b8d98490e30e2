create schema staff;

-- Who of the staff did what (C6), written in the transaction of the act. No personal data.
create table staff.act (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  act text not null,
  subject text not null,
  detail jsonb not null
);
create index on staff.act (subject, id);
