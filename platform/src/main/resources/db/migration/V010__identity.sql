create schema identity;

-- The keys that sign our own tokens (ES256, P-256): every node takes what another signed.
create table identity.signing_key (
  id text primary key,
  public_key bytea not null,
  private_key bytea not null,
  created_at timestamptz not null default clock_timestamp()
);

-- Secrets that all nodes share, by the name of their use, such as cursors.
create table identity.secret (
  name text primary key,
  value bytea not null check (length(value) >= 16),
  created_at timestamptz not null default clock_timestamp()
);
