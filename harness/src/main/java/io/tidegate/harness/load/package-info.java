/**
 * The load generator: a raw HTTP/1.1 keep-alive client on one thread, closed loop or open loop,
 * with latencies counted from the intended start. Owns no table; calls whatever address it is
 * given; hears and tells nothing. It knows no word of the shop.
 */
@NullMarked
package io.tidegate.harness.load;

import org.jspecify.annotations.NullMarked;
