create schema customer;

-- The lock of one user's address book: its rules are about all rows of a user (at most 50, one
-- default), and rows that don't exist yet can't be locked.
create table customer.book (user_id bigint primary key) with (fillfactor = 70);

create table customer.address (
  id bigint generated always as identity primary key,
  user_id bigint not null,
  name text not null check (char_length(name) between 1 and 64),
  phone text not null check (char_length(phone) between 1 and 32),
  region text not null check (region ~ '^[0-9]{6}$'),
  line text not null check (char_length(line) between 1 and 200),
  is_default boolean not null,
  version bigint not null check (version >= 1)
) with (fillfactor = 85);
create index address_user on customer.address (user_id, id);
create unique index address_default on customer.address (user_id) where is_default;

-- Who gets an order's parcel and messages; the only copy, apart from the order so that it can be
-- erased. Partitions are months of order numbers, made ahead by the program.
create table customer.consignee (
  order_number bigint primary key,
  name text not null,
  phone text not null,
  region text not null,
  line text not null
) partition by range (order_number);
