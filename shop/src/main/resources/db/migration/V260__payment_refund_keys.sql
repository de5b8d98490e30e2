-- Under how many of a number's keys its provider broke: the next call has another one.
alter table payment.refund add column keys_spent int not null default 0;
