package io.tidegate.platform.testing;

import io.tidegate.platform.engine.EmbeddedPostgres;
import io.tidegate.platform.engine.EngineException;
import io.tidegate.platform.engine.PostgresSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One embedded PostgreSQL for this JVM, started at first use and gone with the JVM, and a fresh
 * database of it for everybody who asks.
 */
public final class TestPostgres {
  private static final String FOLDER_PREFIX = "tidegate-test-";
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static final Map<String, String> TEMPLATES = new HashMap<>();

  private TestPostgres() {}

  /** Makes an empty database (pg_stat_statements is in it) and returns its address for a driver. */
  public static String freshDatabase() {
    return create("template1");
  }

  /**
   * Makes a database that looks as if {@code prepare} had just run on it. It runs once for each key
   * in this JVM; later databases are copies, which take some tens of milliseconds.
   *
   * @param prepare gets the address of an empty database, for example to migrate it; it must have
   *     closed its connections when it returns
   */
  public static String freshDatabase(String templateKey, Consumer<String> prepare) {
    return create(template(templateKey, prepare));
  }

  /** The server itself, for tests that kill it or look at its files. */
  public static EmbeddedPostgres server() {
    return Holder.SERVER;
  }

  private static String template(String key, Consumer<String> prepare) {
    synchronized (TEMPLATES) {
      String known = TEMPLATES.get(key);
      if (known != null) {
        return known;
      }
      String name = "template_" + TEMPLATES.size();
      execute("create database " + name);
      prepare.accept(server().jdbcUrl(name));
      TEMPLATES.put(key, name);
      return name;
    }
  }

  private static String create(String template) {
    String name = "test_" + DATABASES.incrementAndGet();
    execute("create database " + name + " template " + template);
    return server().jdbcUrl(name);
  }

  private static void execute(String sql) {
    try (Connection connection = DriverManager.getConnection(server().jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql + ": " + e.getMessage(), e);
    }
  }

  /** Started when somebody first asks for it. */
  private static final class Holder {
    static final EmbeddedPostgres SERVER = start();

    private static EmbeddedPostgres start() {
      Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
      removeLeftovers(temporary);
      try {
        Path folder =
            Files.createTempDirectory(
                temporary, FOLDER_PREFIX + ProcessHandle.current().pid() + "-");
        EmbeddedPostgres server = EmbeddedPostgres.start(folder, PostgresSettings.tests(), _ -> {});
        Runtime.getRuntime()
            .addShutdownHook(
                new Thread(
                    () -> {
                      server.close();
                      delete(folder);
                    },
                    "test-postgres-stop"));
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A test JVM that was killed leaves its folder, and its PostgreSQL in it, to the next one. */
  private static void removeLeftovers(Path temporary) {
    try (Stream<Path> folders = Files.list(temporary)) {
      List<Path> leftovers = folders.filter(TestPostgres::isLeftover).toList();
      for (Path folder : leftovers) {
        try {
          EmbeddedPostgres.stopOrphan(folder);
          delete(folder);
        } catch (EngineException | UncheckedIOException e) {
          // Another test JVM is at it, or it belongs to another user.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isLeftover(Path folder) {
    String name = folder.getFileName().toString();
    if (!name.matches(FOLDER_PREFIX + "[0-9]+-.*")) {
      return false;
    }
    long pid = Long.parseLong(name.substring(FOLDER_PREFIX.length()).split("-", 2)[0]);
    return ProcessHandle.of(pid).isEmpty();
  }

  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
