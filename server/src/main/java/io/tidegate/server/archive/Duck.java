package io.tidegate.server.archive;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections to the DuckDB of this process; who asks closes them. */
@FunctionalInterface
public interface Duck {
  Connection connect() throws SQLException;
}
