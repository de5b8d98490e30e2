/** TODO */
@NullMarked
package io.tidegate.shop;

import org.jspecify.annotations.NullMarked;
