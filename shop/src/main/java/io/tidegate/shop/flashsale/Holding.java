package io.tidegate.shop.flashsale;

/** What one customer has of one SKU of a sale. */
record Holding(long sale, String sku, long userId) {}
