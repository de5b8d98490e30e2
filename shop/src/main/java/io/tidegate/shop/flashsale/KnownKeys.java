package io.tidegate.shop.flashsale;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.IdempotencyTable;
import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.SharedReads;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What keys were answered, whichever node did it: plain reads, many callers' in few queries. */
final class KnownKeys {

  private final Database database;
  private final SharedReads<ByteBuffer, Entry> reads = new SharedReads<>(this::read);

  KnownKeys(Database database) {
    this.database = database;
  }

  /**
   * A key's answer.
   *
   * @param key 16 bytes
   */
  Optional<Entry> find(byte[] key) {
    return Optional.ofNullable(reads.read(ByteBuffer.wrap(key)));
  }

  private Map<ByteBuffer, Entry> read(List<ByteBuffer> keys) {
    Map<ByteBuffer, Entry> found = new HashMap<>();
    IdempotencyTable.find(database, keys.stream().map(ByteBuffer::array).toList())
        .forEach(entry -> found.put(ByteBuffer.wrap(entry.key()), entry));
    return found;
  }
}
