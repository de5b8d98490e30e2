create schema flashsale;

-- Sales of a few goods, limited in time and number. Every change raises the version, and each node
-- reads what it doesn't have yet; open, and over by time, is what the database's clock says.
create table flashsale.sale (
  id bigint generated always as identity primary key,
  version int not null check (version >= 1),
  title text not null,
  mode text not null check (mode in ('first_come', 'draw')),
  stage text not null check (stage in ('planned', 'warm', 'ended', 'stopped')),
  currency text not null check (length(currency) = 3),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  pay_window_seconds int not null check (pay_window_seconds >= 1),
  challenge_bits int not null check (challenge_bits between 0 and 28),
  -- Of a draw: when its winners are drawn, and the secret whose SHA-256 is shown from the beginning.
  draw_at timestamptz,
  secret bytea check (length(secret) = 32),
  commitment bytea check (length(commitment) = 32),
  -- What was answered when it was made, for whoever sends the same request again.
  told text not null,
  check (starts_at < ends_at),
  check (mode <> 'draw' or (starts_at < draw_at and draw_at < ends_at
                            and secret is not null and commitment is not null)),
  check (mode = 'draw' or coalesce(draw_at::text, secret::text, commitment::text) is null)
) with (fillfactor = 80);
create index on flashsale.sale (ends_at);

-- The goods of a sale. A pool (inventory's) stands behind each from the warming on, as large as the
-- allocation; before that the allocation is what is wanted.
create table flashsale.item (
  sale bigint not null references flashsale.sale,
  position int not null,
  sku text not null,
  title text not null,
  price bigint not null check (price >= 1),
  per_user int not null check (per_user >= 1),
  allocation bigint not null check (allocation >= 0),
  pool bigint unique,
  primary key (sale, sku),
  unique (sale, position)
) with (fillfactor = 80);
