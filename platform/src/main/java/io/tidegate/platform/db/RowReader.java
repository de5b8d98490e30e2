package io.tidegate.platform.db;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Makes a value of a result's row. */
@FunctionalInterface
public interface RowReader<R extends @Nullable Object> {
  R read(Row row) throws SQLException;
}
