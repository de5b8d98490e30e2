package io.tidegate.shop.promotion;

/**
 * What price lists and promotions have in common.
 *
 * @param id rises in the order in which they were made
 * @param version rises with each edit
 * @param title what customers read
 */
public record Terms(long id, int version, String title, Scope scope, Period period) {}
