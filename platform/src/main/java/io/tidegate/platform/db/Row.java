package io.tidegate.platform.db;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The current row of a result. Columns count from 1. Times are cut to milliseconds. */
public final class Row {

  private final ResultSet result;

  Row(ResultSet result) {
    this.result = result;
  }

  public long getLong(int column) throws SQLException {
    return result.getLong(column);
  }

  public int getInt(int column) throws SQLException {
    return result.getInt(column);
  }

  public boolean getBoolean(int column) throws SQLException {
    return result.getBoolean(column);
  }

  /** A text that is never null; see {@link #getStringOrNull}. */
  public String getString(int column) throws SQLException {
    return Objects.requireNonNull(result.getString(column), "null column");
  }

  public @Nullable String getStringOrNull(int column) throws SQLException {
    return result.getString(column);
  }

  /**
   * A text's bytes as they came, for who parses it: UTF-8, since that is what the driver asks the
   * database for.
   */
  public byte[] getUtf8(int column) throws SQLException {
    return Objects.requireNonNull(result.getBytes(column), "null column");
  }

  public byte[] getBytes(int column) throws SQLException {
    return Objects.requireNonNull(result.getBytes(column), "null column");
  }

  public byte @Nullable [] getBytesOrNull(int column) throws SQLException {
    return result.getBytes(column);
  }

  public @Nullable Long getLongOrNull(int column) throws SQLException {
    long value = result.getLong(column);
    return result.wasNull() ? null : value;
  }

  public Instant getInstant(int column) throws SQLException {
    return Objects.requireNonNull(getInstantOrNull(column), "null column");
  }

  public @Nullable Instant getInstantOrNull(int column) throws SQLException {
    Timestamp time = result.getTimestamp(column);
    return time == null ? null : Instant.ofEpochMilli(time.getTime());
  }

  public long[] getLongs(int column) throws SQLException {
    Long[] boxed = (Long[]) result.getArray(column).getArray();
    long[] longs = new long[boxed.length];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = boxed[i];
    }
    return longs;
  }

  public String[] getStrings(int column) throws SQLException {
    return (String[]) result.getArray(column).getArray();
  }
}
