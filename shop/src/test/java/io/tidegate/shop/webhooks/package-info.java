/** Tests of webhooks: on a real PostgreSQL, against real receivers. */
@NullMarked
package io.tidegate.shop.webhooks;

import org.jspecify.annotations.NullMarked;
