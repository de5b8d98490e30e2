package io.tidegate.shop.planted.ordering;

import io.tidegate.platform.db.Database;

/** Planted: a domain class that knows the platform, and a business word where none belongs. */
public record OrderThing(Database database) {}
