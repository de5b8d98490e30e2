package io.tidegate.shop.reporting;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A row of the lake.
 *
 * @param day the business day whose file it is in
 * @param values in the order of the table's columns: Long, Integer, String, Boolean, LocalDate,
 *     Instant or null
 */
public record LakeRow(LakeTable table, LocalDate day, @Nullable Object[] values) {

  public LakeRow {
    if (values.length != table.columns().size()) {
      throw new IllegalArgumentException("a row of " + table.sql() + " has every column");
    }
  }

  /** A row that is being put together; what is not set is null. */
  public static Draft of(LakeTable table, LocalDate day) {
    return new Draft(table, day);
  }

  /** See {@link LakeRow#of}. */
  public static final class Draft {
    private final LakeTable table;
    private final LocalDate day;
    private final @Nullable Object[] values;

    private Draft(LakeTable table, LocalDate day) {
      this.table = table;
      this.day = day;
      this.values = new @Nullable Object[table.columns().size()];
    }

    /** Sets a column; the value must be of its type. */
    public Draft set(String column, @Nullable Object value) {
      int at = table.index(column);
      if (value != null && !javaType(table.columns().get(at).type()).isInstance(value)) {
        throw new IllegalArgumentException(
            table.sql() + "." + column + " can't be a " + value.getClass().getSimpleName());
      }
      values[at] = value;
      return this;
    }

    public LakeRow row() {
      return new LakeRow(table, day, values);
    }

    private static Class<?> javaType(LakeType type) {
      return switch (type) {
        case BIGINT -> Long.class;
        case INTEGER -> Integer.class;
        case VARCHAR -> String.class;
        case BOOLEAN -> Boolean.class;
        case DATE -> LocalDate.class;
        case TIMESTAMP -> Instant.class;
      };
    }
  }
}
