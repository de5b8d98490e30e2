-- What analysts asked in SQL: who, what, and what came of it. Its text is here and in no log.
create table reporting.question (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  sql text not null,
  millis bigint,
  rows bigint,
  problem text
);
