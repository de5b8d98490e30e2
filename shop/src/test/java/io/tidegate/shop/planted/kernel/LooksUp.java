package io.tidegate.shop.planted.kernel;

import io.tidegate.shop.planted.ordering.OrderThing;

/** Planted: the lowest package knows a higher one. */
public record LooksUp(OrderThing above) {}
