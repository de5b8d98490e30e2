-- Why the next step of a refund failed last; null where it has not.
alter table aftersales.refund_case add column step_error text;
