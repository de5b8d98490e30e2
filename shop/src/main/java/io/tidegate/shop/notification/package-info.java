/**
 * What the shop tells its customers: texts in Chinese and English, one for each thing that happens
 * to an order.
 *
 * <p>Owns the templates (a resource). Calls only {@code kernel}; hears and tells nothing yet.
 */
@NullMarked
package io.tidegate.shop.notification;

import org.jspecify.annotations.NullMarked;
