/** TODO */
@NullMarked
package io.tidegate.broker;

import org.jspecify.annotations.NullMarked;
