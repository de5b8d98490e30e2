/** Tests of the second program's command line. */
@NullMarked
package io.tidegate.harness;

import org.jspecify.annotations.NullMarked;
