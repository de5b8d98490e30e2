-- The invoice that an order's customer wants; null for none. Personal data as the consignee is, so
-- it lies beside it and goes with it. A JSON array by position: [1, "personal", title] or
-- [1, "company", title, tax number]; the first is the encoding's version.
alter table customer.consignee add column invoice text;
