create schema catalog;

-- Rises with every change of goods or prices: a batch of orders says which one it priced by.
create table catalog.revision (one boolean primary key default true check (one), revision bigint not null);
insert into catalog.revision (revision) values (1);

-- position is what lists page by: it is given under the lock of the revision, so it rises as
-- transactions commit. glyph names the drawing of the product's picture.
create table catalog.product (
  id text collate "C" primary key,
  position bigint generated always as identity unique,
  category text not null,
  title_zh text not null,
  title_en text not null,
  glyph text not null
);

create table catalog.sku (
  code text collate "C" primary key,
  product text collate "C" not null references catalog.product,
  title_zh text not null,
  title_en text not null,
  price bigint not null check (price >= 0),
  currency text not null check (length(currency) = 3),
  weight_grams int not null check (weight_grams >= 0),
  active boolean not null default true,
  version int not null default 1,
  revision bigint not null
);
create index on catalog.sku (revision);
create index on catalog.sku (product);
