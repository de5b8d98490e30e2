-- Orders that came from another shop: its number, and the one they have here. Their documents are in
-- the archive's files.
create table reporting.imported (
  external text collate "C" primary key,
  number bigint not null unique,
  at timestamptz not null default clock_timestamp()
);

-- What a customer brought along from another shop, once: order_number is minus the customer's.
alter table points.entry
  drop constraint entry_kind_check,
  add constraint entry_kind_check check (
    kind in ('earned', 'held', 'released', 'used', 'reclaimed', 'restored', 'returned', 'repaid',
      'opening')),
  add constraint entry_opening_check check (
    (kind = 'opening') = (order_number < 0) and (kind <> 'opening' or amount > 0));
