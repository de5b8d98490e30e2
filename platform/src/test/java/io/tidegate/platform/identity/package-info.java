/** Tests of tokens and keys. */
@NullMarked
package io.tidegate.platform.identity;

import org.jspecify.annotations.NullMarked;
