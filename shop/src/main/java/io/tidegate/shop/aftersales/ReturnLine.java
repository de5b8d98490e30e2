package io.tidegate.shop.aftersales;

/**
 * Pieces of an order's line that go back.
 *
 * @param line counts from 1
 * @param quantity at least 1
 */
public record ReturnLine(int line, int quantity) {}
