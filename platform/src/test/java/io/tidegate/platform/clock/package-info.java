/** Tests of the clock. */
@NullMarked
package io.tidegate.platform.clock;

import org.jspecify.annotations.NullMarked;
