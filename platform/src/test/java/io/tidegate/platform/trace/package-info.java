/** Traces, told to a collector of the tests. */
@NullMarked
package io.tidegate.platform.trace;

import org.jspecify.annotations.NullMarked;
