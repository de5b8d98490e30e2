package io.tidegate.shop.reporting;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.duckdb.DuckDBConnection;

/**
 * DuckDB over the lake's folder: one engine in memory, which many connections share. Bounded in
 * memory and threads; it loads no extension and reaches no network.
 */
public final class Lake implements AutoCloseable {

  private final LakeSettings settings;
  private final DuckDBConnection engine;

  private Lake(LakeSettings settings, DuckDBConnection engine) {
    this.settings = settings;
    this.engine = engine;
  }

  /** Opens it; makes the folders that are missing. */
  public static Lake open(LakeSettings settings) {
    try {
      Files.createDirectories(settings.folder());
      Files.createDirectories(settings.temporary());
      Properties options = new Properties();
      options.setProperty("threads", Integer.toString(settings.threads()));
      options.setProperty("memory_limit", (settings.memoryBytes() >> 20) + "MiB");
      options.setProperty("temp_directory", settings.temporary().toString());
      Connection first = DriverManager.getConnection("jdbc:duckdb:", options);
      try (Statement statement = first.createStatement()) {
        statement.execute("set timezone = 'UTC'");
        statement.execute("set preserve_insertion_order = false");
        statement.execute("set autoinstall_known_extensions = false");
        statement.execute("set autoload_known_extensions = false");
      }
      return new Lake(settings, first.unwrap(DuckDBConnection.class));
    } catch (IOException e) {
      throw new UncheckedIOException("the lake's folder " + settings.folder(), e);
    } catch (SQLException e) {
      throw new IllegalStateException("DuckDB can't be opened: " + e.getMessage(), e);
    }
  }

  /** A connection to the engine, with the views of {@link LakeViews}; the caller closes it. */
  public Connection connect() throws SQLException {
    return engine.duplicate();
  }

  public LakeSettings settings() {
    return settings;
  }

  /** The lake's folder. */
  public Path folder() {
    return settings.folder();
  }

  @Override
  public void close() {
    try {
      engine.close();
    } catch (SQLException e) {
      throw new IllegalStateException("DuckDB can't be closed", e);
    }
  }
}
