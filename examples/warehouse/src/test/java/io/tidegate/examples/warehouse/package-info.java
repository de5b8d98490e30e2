@NullMarked
package io.tidegate.examples.warehouse;

import org.jspecify.annotations.NullMarked;
