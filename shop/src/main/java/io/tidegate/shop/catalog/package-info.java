/**
 * What the shop sells: products and their SKUs, with titles in Chinese and English and a picture
 * drawn by code.
 *
 * <p>Owns the demo catalogue (a resource, no table yet). Calls only {@code kernel}; hears and tells
 * nothing.
 */
@NullMarked
package io.tidegate.shop.catalog;

import org.jspecify.annotations.NullMarked;
