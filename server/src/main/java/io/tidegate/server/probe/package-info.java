/**
 * The two halves of placing an order, measured apart: the lane fed in this process, and HTTP with
 * no lane behind it.
 *
 * <p>Owns no table. Calls ordering and what it stands on, as the wiring does, and {@code cli} for
 * its command; hears nothing. What it tells is what its orders tell.
 */
@NullMarked
package io.tidegate.server.probe;

import org.jspecify.annotations.NullMarked;
