package io.tidegate.server.fill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/**
 * Rows of one table in PostgreSQL's binary COPY format, gathered in memory. Columns come in the
 * order in which they were named; a wrong number of them fails the COPY.
 */
final class CopyRows {

  private static final byte[] HEAD = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };
  private static final int BIGINT_OID = 20;
  private static final int JSONB_VERSION = 1;
  private static final int PIECE_BYTES = 1 << 16;

  /** Times are counted from 2000 in the database. */
  private static final long EPOCH_SECONDS = 946_684_800;

  private final String sql;
  private final short columns;
  private ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
  private long rows;

  CopyRows(String table, String columns) {
    this.sql = "copy " + table + " (" + columns + ") from stdin binary";
    this.columns = (short) columns.split(",").length;
    bytes.put(HEAD);
  }

  CopyRows row() {
    rows++;
    room(2).putShort(columns);
    return this;
  }

  long rows() {
    return rows;
  }

  CopyRows bigint(long value) {
    room(12).putInt(8).putLong(value);
    return this;
  }

  CopyRows integer(int value) {
    room(8).putInt(4).putInt(value);
    return this;
  }

  CopyRows smallint(int value) {
    room(6).putInt(2).putShort((short) value);
    return this;
  }

  CopyRows flag(boolean value) {
    room(5).putInt(1).put((byte) (value ? 1 : 0));
    return this;
  }

  CopyRows bytes(byte[] value) {
    room(4 + value.length).putInt(value.length).put(value);
    return this;
  }

  CopyRows text(@Nullable String value) {
    return value == null ? nothing() : bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  CopyRows jsonb(String value) {
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    room(5 + text.length).putInt(1 + text.length).put((byte) JSONB_VERSION).put(text);
    return this;
  }

  CopyRows time(@Nullable Instant value) {
    if (value == null) {
      return nothing();
    }
    return bigint((value.getEpochSecond() - EPOCH_SECONDS) * 1_000_000 + value.getNano() / 1_000);
  }

  CopyRows bigints(long[] values) {
    ByteBuffer to = room(24 + 12 * values.length);
    to.putInt(20 + 12 * values.length).putInt(1).putInt(0).putInt(BIGINT_OID);
    to.putInt(values.length).putInt(1);
    for (long value : values) {
      to.putInt(8).putLong(value);
    }
    return this;
  }

  CopyRows nothing() {
    room(4).putInt(-1);
    return this;
  }

  /** Sends all rows; where there are none, nothing. */
  void send(CopyManager copies) throws SQLException, IOException {
    if (rows == 0) {
      return;
    }
    room(2).putShort((short) -1);
    CopyIn copy = copies.copyIn(sql);
    try {
      byte[] all = bytes.array();
      for (int at = 0; at < bytes.position(); at += PIECE_BYTES) {
        copy.writeToCopy(all, at, Math.min(PIECE_BYTES, bytes.position() - at));
      }
      long taken = copy.endCopy();
      if (taken != rows) {
        throw new SQLException("sent " + rows + " rows, " + taken + " were taken");
      }
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private ByteBuffer room(int more) {
    if (bytes.remaining() < more) {
      int wanted = Math.max(bytes.capacity() * 2, bytes.position() + more);
      bytes = ByteBuffer.wrap(Arrays.copyOf(bytes.array(), wanted)).position(bytes.position());
    }
    return bytes;
  }
}
