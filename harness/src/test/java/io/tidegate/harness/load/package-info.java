/** Tests of the load generator against small servers that misbehave on purpose. */
@NullMarked
package io.tidegate.harness.load;

import org.jspecify.annotations.NullMarked;
