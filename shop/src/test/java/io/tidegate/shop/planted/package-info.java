/** Classes that break the house's rules on purpose: each rule must be seen to report its own. */
@NullMarked
package io.tidegate.shop.planted;

import org.jspecify.annotations.NullMarked;
