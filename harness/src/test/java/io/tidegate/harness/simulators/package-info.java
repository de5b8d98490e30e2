/** Tests of the simulators over real sockets. */
@NullMarked
package io.tidegate.harness.simulators;

import org.jspecify.annotations.NullMarked;
