-- discounts: JSON array, [1, [kind, id, [share, ...]], ...]; the first member is the encoding's
-- version, null: none. Kinds: 1 promotion, 2 coupon, 3 points (the id is how many), 4 red packet.
-- There is a share for each line, and over all of them they are the lines' discounts. What it names
-- is what the order holds while it is unpaid, and has used once it is paid; promotions nobody holds.
-- courier: who was chosen, or takes money; null: whoever carries by default.
alter table ordering.orders
  add column discounts text,
  add column courier text;
