/** Tests of what finds faults: each is fed with a fault and must find it. */
@NullMarked
package io.tidegate.harness.chaos;

import org.jspecify.annotations.NullMarked;
