/** TODO */
@NullMarked
package io.tidegate.harness;

import org.jspecify.annotations.NullMarked;
