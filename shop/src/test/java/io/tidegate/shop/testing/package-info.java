/** What the shop's tests share: a migrated database of their own. */
@NullMarked
package io.tidegate.shop.testing;

import org.jspecify.annotations.NullMarked;
