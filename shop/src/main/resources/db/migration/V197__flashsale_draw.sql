-- What is known of a draw beside its sale: how many entered, and what decided it. Changed only under
-- the lock of the sale's row, so that nobody enters once it is drawn.
create table flashsale.draw (
  sale bigint primary key references flashsale.sale,
  entries bigint not null default 0 check (entries >= 0),
  drawn_at timestamptz,
  entries_hash bytea check (length(entries_hash) = 32),
  seed bytea check (length(seed) = 32),
  -- From then on every entry is won or lost.
  settled_at timestamptz,
  check ((drawn_at is null) = (seed is null) and (seed is null) = (entries_hash is null))
) with (fillfactor = 80);

-- Who entered a draw. The number is that of the order if it wins; its consignee (customer's) lies
-- under it from the beginning, and goes where it loses. The ticket is the SHA-256 of what the
-- customer was given: it finds itself in the transcript, and nobody else does.
create table flashsale.entry (
  number bigint primary key,
  sale bigint not null references flashsale.draw,
  sku text not null,
  user_id bigint not null,
  quantity int not null check (quantity >= 1),
  ticket bytea not null check (length(ticket) = 32),
  traceparent text not null,
  state text not null default 'entered' check (state in ('entered', 'won', 'lost')),
  unique (sale, user_id, sku)
) with (fillfactor = 85);
create index on flashsale.draw (sale) where settled_at is null;
