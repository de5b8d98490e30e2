-- The way to pay that was asked for at its provider; empty where the provider has but one.
alter table payment.attempt add column method text not null default '';

-- The provider's own name of what it opened, where it wants to hear that; else empty.
alter table payment.attempt add column reference text not null default '';

-- What providers sent, masked, and what became of it. Kept for a while, and never too many.
create table payment.notice (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  provider text not null,
  verdict text not null,
  why text not null,
  -- the payment that it is about; empty where that is not known
  payment text not null,
  body text not null
);
create index on payment.notice (payment) where payment <> '';
