package com.example.promotion;

/**
 * What a paid order brings its customer.
 *
 * @param order its number: the natural key, for an order is paid once
 */
record Award(String order, String user, long points) {}
