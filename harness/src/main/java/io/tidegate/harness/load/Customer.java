package io.tidegate.harness.load;

import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.util.List;

/**
 * A slot of the generator: whoever has it makes one request after the other, over a connection to
 * each target. Used by the generator's thread alone.
 */
final class Customer {
  enum State {
    /** Nobody has the slot, and nobody may take it before its connection is back. */
    RESTING,
    /** Nobody has the slot; its first connection is there. */
    IDLE,
    /** A request waits for its connection, or is on its way. */
    BUSY
  }

  final int slot;
  final List<Connection> connections;

  State state = State.RESTING;
  int kind;
  long intendedNanos;
  long deadlineNanos;
  long retryNanos;

  Customer(int slot, Selector selector, List<InetSocketAddress> targets) {
    this.slot = slot;
    this.connections =
        targets.stream().map(target -> new Connection(selector, target, this)).toList();
  }

  /** The connection whose being there makes the slot free to take. */
  Connection first() {
    return connections.getFirst();
  }
}
