-- Who carries, and what it costs: a courier with its template of freight, edited as a whole.
-- position orders the customer's choice; the first that goes to an address carries where nobody
-- chose. A courier is never deleted, since orders name it.
create table fulfilment.courier (
  id text collate "C" primary key check (id ~ '^[a-z][a-z0-9-]{0,31}$'),
  position int not null check (position between 0 and 999),
  name_zh text not null check (char_length(name_zh) between 1 and 64),
  name_en text not null check (char_length(name_en) between 1 and 64),
  active boolean not null,
  currency text not null check (length(currency) = 3),
  version int not null check (version >= 1)
);

-- region is the beginning of region codes: none (everywhere), 2 digits (a province), 4 (a city) or
-- 6 (a district); the longest that fits decides. Fees are minor units; free_above compares with
-- what the goods cost.
create table fulfilment.freight_rule (
  courier text collate "C" not null references fulfilment.courier,
  region text collate "C" not null check (region ~ '^([0-9]{2}){0,3}$'),
  first_grams int not null check (first_grams >= 1),
  first_fee bigint not null check (first_fee >= 0),
  step_grams int not null check (step_grams >= 1),
  step_fee bigint not null check (step_fee >= 0),
  free_above bigint check (free_above >= 0),
  days_min int not null check (days_min >= 0),
  days_max int not null check (days_max >= days_min),
  primary key (courier, region)
);
