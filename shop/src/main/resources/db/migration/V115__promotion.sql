create schema promotion;

-- What changed last: drawn under the lock of the catalogue's revision, which every edit raises, so it
-- rises as transactions commit and a view in memory reads what changed since.
create sequence promotion.change;

-- Goods at other prices for a time. A list has a percentage of the list price, or an amount for each
-- of its SKUs. A withdrawn row stays, for whoever asks what was.
create table promotion.price_list (
  id bigint generated always as identity primary key,
  version int not null default 1,
  title text not null,
  scope text not null check (scope in ('shop', 'category', 'skus')),
  category text,
  skus text[] not null,
  percent int check (percent between 1 and 99),
  amounts bigint[],
  currency text check (length(currency) = 3),
  starts_at timestamptz not null,
  ends_at timestamptz,
  withdrawn boolean not null default false,
  change bigint not null,
  check (ends_at > starts_at),
  check ((percent is null) <> (amounts is null)),
  check (amounts is null or (cardinality(amounts) = cardinality(skus) and currency is not null))
);
create index on promotion.price_list (change);

-- Savings on what is in a basket.
create table promotion.promotion (
  id bigint generated always as identity primary key,
  version int not null default 1,
  title text not null,
  scope text not null check (scope in ('shop', 'category', 'skus')),
  category text,
  skus text[] not null,
  kind text not null check (kind in ('percent_off', 'amount_off', 'spend_and_save')),
  percent int check (percent between 1 and 99),
  currency text check (length(currency) = 3),
  spends bigint[] not null,
  saves bigint[] not null,
  repeats boolean not null,
  starts_at timestamptz not null,
  ends_at timestamptz,
  withdrawn boolean not null default false,
  change bigint not null,
  check (ends_at > starts_at),
  check ((percent is null) <> (kind = 'percent_off')),
  check (cardinality(spends) = cardinality(saves))
);
create index on promotion.promotion (change);
