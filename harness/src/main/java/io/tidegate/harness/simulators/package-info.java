/**
 * The foreign systems of a demo: a payment provider with a book of its own, a carrier, a warehouse
 * and a message gateway behind one loopback port. Owns the journal file under its data directory
 * and no table; calls only the notify URLs it is given, through its own client; hears requests over
 * HTTP and tells captures by signed callbacks. It shares no code with the adapters that talk to it,
 * so that the two cannot be wrong together.
 */
@NullMarked
package io.tidegate.harness.simulators;

import org.jspecify.annotations.NullMarked;
