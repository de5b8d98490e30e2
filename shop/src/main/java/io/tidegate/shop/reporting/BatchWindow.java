package io.tidegate.shop.reporting;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The batches that were named last: one of them that comes again is a repeat. */
final class BatchWindow {

  private static final int ID_BYTES = 3 * Long.BYTES;

  /** A batch as its client named it; another client may use the same id. */
  record Key(long user, UUID id) {}

  private final int keysMax;
  private final Set<Key> known = new HashSet<>();
  private final Deque<Key> inOrder = new ArrayDeque<>();

  BatchWindow(int keysMax) {
    this.keysMax = keysMax;
  }

  /** Remembers a batch; false when it is remembered already. */
  boolean add(Key key) {
    if (!known.add(key)) {
      return false;
    }
    inOrder.add(key);
    if (inOrder.size() > keysMax) {
      known.remove(inOrder.remove());
    }
    return true;
  }

  static byte[] bytes(List<Key> keys) {
    ByteBuffer out = ByteBuffer.allocate(keys.size() * ID_BYTES);
    for (Key key : keys) {
      out.putLong(key.user())
          .putLong(key.id().getMostSignificantBits())
          .putLong(key.id().getLeastSignificantBits());
    }
    return out.array();
  }

  static List<Key> keys(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    List<Key> keys = new ArrayList<>(bytes.length / ID_BYTES);
    while (in.remaining() >= ID_BYTES) {
      keys.add(new Key(in.getLong(), new UUID(in.getLong(), in.getLong())));
    }
    return keys;
  }
}
