/** Tests of filling. */
@NullMarked
package io.tidegate.server.fill;

import org.jspecify.annotations.NullMarked;
