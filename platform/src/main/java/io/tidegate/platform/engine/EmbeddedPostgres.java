package io.tidegate.platform.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A real PostgreSQL of our own: unpacked once, started on loopback, watched, and started again at
 * the same port where somebody kills it. What was committed survives both its end and ours.
 *
 * <p>Only one living program at a time has a directory. A PostgreSQL that an earlier, killed
 * program left behind in it is stopped first.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final int START_TRIES_MAX =
      40; // times the longest pause: 20 s for the sessions of a killed postmaster to notice
  private static final Duration RETRY_PAUSE_MIN = Duration.ofMillis(50);
  private static final Duration RETRY_PAUSE_MAX = Duration.ofMillis(500);
  private static final Duration ORPHAN_STOP_FAST_MAX = Duration.ofSeconds(5);

  /**
   * Where it ends again and again, or doesn't start at all, it is tried at this pace, and for as
   * long as we live: a full disk may be made room on.
   */
  private static final Duration SLOW_PAUSE = Duration.ofSeconds(5);

  private static final int QUICK_ENDS_MAX = 3;
  private static final Duration STEADY = Duration.ofMinutes(1);

  private final PostgresDirectory directory;
  private final PostgresBinaries binaries;
  private final EngineUser user;
  private final PostgresSettings settings;
  private final Consumer<String> progress;
  private final String password;
  private final ReentrantLock lifecycle = new ReentrantLock();
  private volatile boolean closing;
  private volatile int port;
  private volatile Process process;

  private EmbeddedPostgres(
      PostgresDirectory directory,
      PostgresBinaries binaries,
      EngineUser user,
      PostgresSettings settings,
      Consumer<String> progress) {
    this.directory = directory;
    this.binaries = binaries;
    this.user = user;
    this.settings = settings;
    this.progress = progress;
    this.password = directory.password();
    this.port = directory.keptPort().filter(this::stillFree).orElseGet(directory::choosePort);
    this.process = start(true);
    Thread.ofVirtual().name("postgres-watch").start(this::watch);
  }

  /**
   * Starts PostgreSQL in a directory, which is made at the first start, and returns once it takes
   * connections.
   *
   * @param directory a folder for it alone
   * @param progress hears what takes long and what was repaired, also later; called from several
   *     threads
   * @throws EngineException with one line for the user: in use, another version's data, not
   *     writable, disk full, no program for this machine
   */
  public static EmbeddedPostgres start(
      Path directory, PostgresSettings settings, Consumer<String> progress) {
    EngineUser user = EngineUser.ofThisProcess();
    PostgresDirectory taken = PostgresDirectory.take(directory, settings.diskFreeBytesMin());
    try {
      user.mustReach(taken.root());
      PostgresBinaries binaries = PostgresBinaries.in(cacheFor(user, taken), progress);
      user.own(taken.log());
      prepare(taken, binaries, user, settings, progress);
      return new EmbeddedPostgres(taken, binaries, user, settings, progress);
    } catch (RuntimeException e) {
      taken.close();
      throw e;
    }
  }

  /**
   * Stops a PostgreSQL that a killed program left behind in a directory.
   *
   * @return whether there was one
   */
  public static boolean stopOrphan(Path directory) {
    if (!Files.isDirectory(directory.resolve("data"))) {
      return false;
    }
    try (PostgresDirectory taken = PostgresDirectory.take(directory, 0)) {
      return stopOrphan(taken, _ -> {});
    }
  }

  /** The version that this program brings, such as 18.6.0. */
  public static String version() {
    return PostgresBinaries.version();
  }

  /** The major version that made the data in a directory; nothing where there is none yet. */
  public static Optional<String> dataVersion(Path directory) {
    return PostgresDirectory.versionOf(directory);
  }

  /**
   * Whom it would run as here, in words.
   *
   * @throws EngineException where nobody can
   */
  public static String runsAs() {
    EngineUser user = EngineUser.ofThisProcess();
    return user.prefix().isEmpty() ? "this user" : "root's stand-in by " + user.prefix().getFirst();
  }

  /**
   * Address, database, user and password, in the one string that a driver takes. Stays the same as
   * long as this object lives.
   */
  public String jdbcUrl() {
    return jdbcUrl(PostgresCreation.DATABASE);
  }

  /** The same for another database of this server. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:"
        + port
        + "/"
        + database
        + "?user="
        + PostgresCreation.USER
        + "&password="
        + password;
  }

  public int port() {
    return port;
  }

  /** The process that runs now; another one after a restart. */
  public long pid() {
    return process.pid();
  }

  /** Where PostgreSQL writes its log. */
  public Path logDirectory() {
    return directory.log();
  }

  /**
   * Stops it within {@link PostgresSettings#stopFastMax()} and some seconds, and gives the
   * directory to the next program.
   */
  @Override
  public void close() {
    closing = true;
    lifecycle.lock();
    try {
      if (process.isAlive()) {
        PostgresLaunch.stop(process, directory, settings.stopFastMax());
      }
    } finally {
      lifecycle.unlock();
      directory.close();
    }
  }

  private static Path cacheFor(EngineUser user, PostgresDirectory directory) {
    Path shared = PostgresBinaries.userCache();
    if (user.reachesOnlyPublic()) {
      return directory.root().resolve("program"); // nobody else may look into root's cache
    }
    try {
      Files.createDirectories(shared);
      return Files.isWritable(shared) ? shared : directory.root().resolve("program");
    } catch (IOException e) {
      return directory
          .root()
          .resolve("program"); // a home that can't be written to is no reason to fail
    }
  }

  private static void prepare(
      PostgresDirectory directory,
      PostgresBinaries binaries,
      EngineUser user,
      PostgresSettings settings,
      Consumer<String> progress) {
    String made = directory.version().orElse("");
    String ours = PostgresBinaries.majorVersion();
    if (made.isEmpty()) {
      if (Files.exists(directory.data())) {
        throw new EngineException(
            directory.data() + " is there, but is no PostgreSQL data directory");
      }
      progress.accept("Making a new PostgreSQL data directory in " + directory.root());
      new PostgresCreation(directory, binaries, user).create(settings.syncCreation());
    } else if (!made.equals(ours)) {
      throw new EngineException(
          "The data in "
              + directory.data()
              + " is of PostgreSQL "
              + made
              + ", this program brings "
              + ours
              + ". Use the version of Tidegate that made it, or another --data folder.");
    }
    stopOrphan(directory, progress);
    user.own(directory.data());
    Postmaster.forgetStranger(directory.data());
  }

  private static boolean stopOrphan(PostgresDirectory directory, Consumer<String> progress) {
    return Postmaster.in(directory.data())
        .map(orphan -> {
          progress.accept(
              "Stopping a PostgreSQL (process "
                  + orphan.handle().pid()
                  + ") that an earlier run left behind");
          orphan.stop(ORPHAN_STOP_FAST_MAX);
          return true;
        })
        .orElse(false);
  }

  private boolean stillFree(int kept) {
    if (PostgresDirectory.isFree(kept)) {
      return true;
    }
    progress.accept("Port " + kept + " is taken by another program; PostgreSQL moves to a new one");
    return false;
  }

  /**
   * Starts until it runs. The first start may move to another port; later ones may not, the address
   * is in use.
   */
  private Process start(boolean mayMove) {
    Duration pause = RETRY_PAUSE_MIN;
    for (int tries = 1; ; tries++) {
      directoryFiles();
      PostgresLaunch launch =
          PostgresLaunch.start(directory, binaries, user, progress, () -> closing);
      switch (launch) {
        case PostgresLaunch.Ready ready -> {
          return ready.process();
        }
        case PostgresLaunch.Failed failed -> {
          boolean again =
              switch (failed.cause()) {
                case PORT_TAKEN, SESSIONS_LEFT -> tries < START_TRIES_MAX;
                case OTHER, UNWANTED -> false;
              };
          if (!again) {
            throw new EngineException(
                "PostgreSQL in "
                    + directory.root()
                    + " didn't start: "
                    + failed.line()
                    + " (logs in "
                    + directory.log()
                    + ")");
          }
          if (mayMove && failed.cause() == PostgresLaunch.Cause.PORT_TAKEN) {
            port = directory.choosePort();
          }
        }
      }
      sleep(pause);
      pause =
          pause.multipliedBy(2).compareTo(RETRY_PAUSE_MAX) < 0
              ? pause.multipliedBy(2)
              : RETRY_PAUSE_MAX;
    }
  }

  private void directoryFiles() {
    write("postgresql.conf", settings.configuration(port));
    write(
        "pg_hba.conf",
        "# Written by Tidegate at every start: loopback and a password, nothing else.\nhost all all 127.0.0.1/32 scram-sha-256\n");
  }

  private void write(String name, String text) {
    Path file = directory.data().resolve(name);
    try {
      Files.writeString(file, text);
      user.own(file);
    } catch (IOException e) {
      throw new EngineException(
          "PostgreSQL can't use the folder " + directory.data() + ": " + Trees.reason(e), e);
    }
  }

  private void watch() {
    int quickEnds = 0;
    while (true) {
      Process watched = process;
      long since = System.nanoTime();
      awaitEnd(watched);
      if (closing) {
        return;
      }
      progress.accept(
          "PostgreSQL (process "
              + watched.pid()
              + ") ended with status "
              + watched.exitValue()
              + "; starting it again");
      quickEnds = System.nanoTime() - since < STEADY.toNanos() ? quickEnds + 1 : 0;
      if (quickEnds > QUICK_ENDS_MAX) {
        sleep(SLOW_PAUSE);
      }
      while (!startAgain()) {
        if (closing) {
          return;
        }
        sleep(SLOW_PAUSE);
      }
    }
  }

  private static void awaitEnd(Process process) {
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("Interrupted while watching PostgreSQL", e);
    }
  }

  /** Tells whether it runs again. */
  private boolean startAgain() {
    lifecycle.lock();
    try {
      if (closing) {
        return false;
      }
      process = start(false);
      progress.accept("PostgreSQL runs again (process " + process.pid() + ", port " + port + ")");
      return true;
    } catch (EngineException e) {
      if (!closing) {
        progress.accept(String.valueOf(e.getMessage()));
      }
      return false;
    } finally {
      lifecycle.unlock();
    }
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("Interrupted while starting PostgreSQL", e);
    }
  }
}
