-- What came in a provider's name and is not its, or is stale or can't be read, masked. Anybody can send such things, so
-- they have a number of rows of their own: they push out nothing that a provider really sent.
create table payment.notice_rejected (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  provider text not null,
  why text not null,
  body text not null
);
