-- The audit finds the act of each movement of stock (C6), some thousand movements at a time.
create index act_movement on staff.act (((detail->>'movement')::bigint)) where act = 'stock.adjust';
