/** What tests of several packages need. Knows none of them. */
@NullMarked
package io.tidegate.harness.testing;

import org.jspecify.annotations.NullMarked;
