/** Tests of the benches against small stand-ins for the server and its launcher. */
@NullMarked
package io.tidegate.harness.bench;

import org.jspecify.annotations.NullMarked;
