-- Templates are listed by position.
alter table marketing.coupon_template add unique (position);

-- Names for what is spoken of.
alter table marketing.coupon rename constraint coupon_check3 to coupon_holder;
