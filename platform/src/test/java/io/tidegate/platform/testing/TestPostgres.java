package io.tidegate.platform.testing;

import io.tidegate.platform.db.Migrations;
import io.tidegate.platform.engine.EmbeddedPostgres;
import io.tidegate.platform.engine.EngineException;
import io.tidegate.platform.engine.PostgresSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * One PostgreSQL for this JVM, and a fresh database of it for everybody who asks: an embedded one,
 * started at first use and gone with the JVM, or one that is there already ({@code
 * tidegate.test.db.url}), where this JVM's databases go with it ({@link OutsidePostgres}). What a
 * class of tests has made goes when it is over ({@link TestLimits}): a thousand databases of a
 * thousand files each would take the disk, and longer to delete at the end than the build waits for
 * it.
 */
public final class TestPostgres {
  private static final String FOLDER_PREFIX = "tidegate-test-";
  private static final String GONE_PREFIX = "tidegate-gone-";

  /**
   * Nothing here outlives its machine, and what a killed process has written is in the machine's
   * memory all the same: what a commit costs on a disk is the matter of benches, and what lasts
   * that of tests with a server of their own. A password that is dear to guess is dear to check,
   * and tests connect tens of thousands of times.
   */
  private static final String SETTINGS =
      """
      fsync = off
      password_encryption = md5
      md5_password_warnings = off
      hba_file = '%s'
      """;

  private static final AtomicInteger DATABASES = new AtomicInteger();

  /** Made for the class of tests that runs. */
  private static final Queue<String> OF_THIS_CLASS = new ConcurrentLinkedQueue<>();

  private static final Map<String, String> TEMPLATES = new HashMap<>();

  private TestPostgres() {}

  /** Makes an empty database (pg_stat_statements is in it) and returns its address for a driver. */
  public static String freshDatabase() {
    return url(create(template("nothing", TestPostgres::addStatistics)));
  }

  /**
   * Makes a database that looks as if {@code prepare} had just run on it. It runs once for each key
   * in this JVM; later databases are copies, which take some tens of milliseconds.
   *
   * @param prepare gets the address of an empty database; it must have closed its connections when
   *     it returns
   */
  public static String freshDatabase(String templateKey, Consumer<String> prepare) {
    return url(
        create(
            template(
                templateKey,
                url -> {
                  addStatistics(url);
                  prepare.accept(url);
                })));
  }

  /** Makes a database with the tables that the migrations of this module's class path make. */
  public static String migratedDatabase() {
    return url(create(migrated()));
  }

  /**
   * The same as {@link #freshDatabase(String, Consumer)}, but {@code prepare} finds those tables.
   */
  public static String migratedDatabase(String templateKey, Consumer<String> prepare) {
    return url(create(template("migrated, " + templateKey, migrated(), prepare)));
  }

  private static String migrated() {
    return template(
        "migrated",
        url -> {
          addStatistics(url);
          Migrations.apply(url);
        });
  }

  /** The address of a database of this server by its name. */
  public static String url(String database) {
    return Holder.SERVER.url(database);
  }

  /** Where this server listens. */
  public static InetSocketAddress address() {
    URI uri = URI.create(url("any").substring("jdbc:".length()));
    return new InetSocketAddress(uri.getHost(), uri.getPort() < 0 ? 5432 : uri.getPort());
  }

  private static String template(String key, Consumer<String> prepare) {
    return template(key, "template1", prepare);
  }

  private static String template(String key, String basis, Consumer<String> prepare) {
    synchronized (TEMPLATES) {
      String known = TEMPLATES.get(key);
      if (known != null) {
        return known;
      }
      String name = Holder.SERVER.prefix() + "template_" + TEMPLATES.size();
      create(name, basis);
      try {
        prepare.accept(url(name));
      } catch (RuntimeException | Error e) {
        undo(name, e);
        throw e;
      }
      TEMPLATES.put(key, name);
      return name;
    }
  }

  /**
   * Takes what is half made away, so that whoever asks again hears why and not that it is there.
   */
  private static void undo(String name, Throwable why) {
    try {
      execute(Holder.SERVER.maintenance(), drop(name) + " with (force)");
      Holder.SERVER.made().remove(name);
    } catch (IllegalStateException e) {
      why.addSuppressed(e);
    }
  }

  private static String create(String template) {
    String name = Holder.SERVER.prefix() + "test_" + DATABASES.incrementAndGet();
    create(name, template);
    OF_THIS_CLASS.add(name);
    return name;
  }

  /**
   * Has the databases of a class of tests that is over dropped, while others run. One that somebody
   * is still connected to stays until the end of this JVM.
   */
  static void classIsOver() {
    for (String name = OF_THIS_CLASS.poll(); name != null; name = OF_THIS_CLASS.poll()) {
      String over = name;
      Holder.DROPS.execute(() -> {
        try {
          execute(Holder.SERVER.maintenance(), drop(over));
          Holder.SERVER.made().remove(over);
        } catch (IllegalStateException e) {
          // It is in use, or this JVM ends.
        }
      });
    }
  }

  /**
   * Waits until nothing is being dropped: each drop is a checkpoint, after which pages are logged
   * whole. For who counts what is logged.
   */
  public static void awaitDrops() {
    try {
      Holder.DROPS.submit(() -> {}).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void create(String name, String template) {
    Holder.SERVER.maker().accept(name, template);
    Holder.SERVER.made().add(name);
  }

  /** Its files are copied: by default each page of them is logged, and written again later. */
  private static void copy(String maintenance, String name, String template) {
    execute(
        maintenance, "create database " + name + " template " + template + " strategy file_copy");
  }

  private static String drop(String name) {
    return "drop database if exists " + name;
  }

  private static void addStatistics(String url) {
    execute(url, "create extension if not exists pg_stat_statements");
  }

  private static void execute(String url, String sql) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql + ": " + e.getMessage(), e);
    }
  }

  /**
   * The server.
   *
   * @param address gives a database's address by its name
   * @param maintenance the address of a database that is always there
   * @param maker makes a database by its name and its template's
   * @param prefix what names of databases begin with
   * @param made names of databases
   */
  private record Server(
      UnaryOperator<String> address,
      String maintenance,
      BiConsumer<String, String> maker,
      String prefix,
      Queue<String> made) {

    String url(String database) {
      return address.apply(database);
    }
  }

  /** Started when somebody first asks for it. */
  private static final class Holder {
    static final Server SERVER =
        OutsideEngines.databaseUrl().isEmpty() ? start() : outside(OutsideEngines.databaseUrl());

    /** One at a time: tests have the machine, and each drop is a checkpoint. */
    static final ExecutorService DROPS =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("test-postgres-drops").factory());

    private static Server start() {
      Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
      removeLeftovers(temporary);
      try {
        Path folder =
            Files.createTempDirectory(
                temporary, FOLDER_PREFIX + ProcessHandle.current().pid() + "-");
        Path access = folder.resolve("pg_hba.conf");
        Files.writeString(access, "host all all 127.0.0.1/32 md5\n");
        Files.writeString(folder.resolve("postgresql.local.conf"), SETTINGS.formatted(access));
        EmbeddedPostgres server = EmbeddedPostgres.start(folder, PostgresSettings.tests(), _ -> {});
        String password = server.jdbcUrl().replaceFirst(".*password=", "");
        execute(server.jdbcUrl(), "alter role current_user password '" + password + "'");
        atTheEnd(() -> {
          server.close();
          discard(folder);
        });
        return new Server(
            server::jdbcUrl,
            server.jdbcUrl(),
            (name, template) -> copy(server.jdbcUrl(), name, template),
            "",
            new ConcurrentLinkedQueue<>());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Server outside(String url) {
      OutsidePostgres there = new OutsidePostgres(url);
      Queue<String> made = new ConcurrentLinkedQueue<>();
      atTheEnd(() -> there.end(made));
      there.sweep();
      return new Server(there::url, url, there::create, OutsideEngines.ownPrefix(), made);
    }

    private static void atTheEnd(Runnable work) {
      Runtime.getRuntime().addShutdownHook(new Thread(work, "test-postgres-stop"));
    }
  }

  /**
   * A test JVM that was killed leaves its folder, and its PostgreSQL in it, to the next one; as
   * does a machine that ended while a folder was deleted.
   */
  private static void removeLeftovers(Path temporary) {
    try (Stream<Path> folders = Files.list(temporary)) {
      for (Path folder : folders.toList()) {
        if (folder.getFileName().toString().startsWith(GONE_PREFIX)) {
          remove(folder);
        }
        if (!isLeftover(folder)) {
          continue;
        }
        try {
          EmbeddedPostgres.stopOrphan(folder);
          discard(folder);
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

  /**
   * Deletes a folder, by a program that nobody waits for: for each thousand files it may take a
   * second, and the build kills a JVM that has not ended thirty after its last test. Renamed first,
   * so that it is no leftover to anybody.
   */
  private static void discard(Path folder) {
    try {
      String name = folder.getFileName().toString().substring(FOLDER_PREFIX.length());
      remove(Files.move(folder, folder.resolveSibling(GONE_PREFIX + name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(Path gone) throws IOException {
    new ProcessBuilder("nice", "-n", "19", "rm", "-rf", gone.toString())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
