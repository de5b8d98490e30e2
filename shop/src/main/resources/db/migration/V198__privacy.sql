create schema privacy;

-- Orders whose customer asked for erasure while they were under way: their consignee and invoice go
-- once they are at their end. No personal data.
create table privacy.kept_order (
  order_number bigint primary key,
  asked_at timestamptz not null
);
