-- What a message is about: a refund or a return of its order ('a1', 't2'), or the order itself ('').
-- An order may be refunded several times, and each time is told once.
alter table notification.message add about text not null default '';
alter table notification.message drop constraint message_pkey,
  add primary key (order_number, template, about);
