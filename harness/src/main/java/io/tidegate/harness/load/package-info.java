/**
 * The load generator: a raw HTTP/1.1 keep-alive client on one thread, closed loop or open loop,
 * with latencies counted from the intended start. Its customers make one request after the other,
 * to one target or several. Owns no table; calls whatever address it is given; hears and tells
 * nothing. It knows no word of the shop.
 */
@NullMarked
package io.tidegate.harness.load;

import org.jspecify.annotations.NullMarked;
