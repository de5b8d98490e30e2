-- Items of version 2 may have a sixth member. Version 1 is still written where none has one.
comment on column ordering.orders.items is
  'JSON array: [1, [sku, title, quantity, unitPrice, discount], ...], or, where an item was taken '
  'from a pool (inventory.pool), [2, [sku, title, quantity, unitPrice, discount, pool?], ...] with '
  'the pool''s id as the sixth member of such items.';
