package io.tidegate.platform.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts, kills and restarts a real PostgreSQL. */
@Tag("own-engine")
class EmbeddedPostgresTest {
  private static final Duration RESTART_MAX = Duration.ofMinutes(2);

  @TempDir Path folder;

  private final List<String> told = new CopyOnWriteArrayList<>();

  @Test
  void theFirstStartMakesADurableDatabaseOnLoopback() throws Exception {
    try (EmbeddedPostgres postgres = start()) {
      assertThat(value(postgres, "show fsync")).isEqualTo("on");
      assertThat(value(postgres, "show synchronous_commit")).isEqualTo("on");
      assertThat(value(postgres, "show full_page_writes")).isEqualTo("on");
      assertThat(value(postgres, "show listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(value(postgres, "show server_encoding")).isEqualTo("UTF8");
      assertThat(value(postgres, "show shared_buffers")).isEqualTo("128MB");
      assertThat(value(postgres, "show server_version")).startsWith("18.");
      assertThat(
              value(postgres, "select upper('é') || (select min(x) from unnest(array['b','B']) x)"))
          .isEqualTo("ÉB");
      assertThat(value(postgres, "select count(*) > 0 from pg_stat_statements")).isEqualTo("t");
      assertThat(ownerOnly("password")).isTrue();
      assertThat(told).anyMatch(line -> line.startsWith("Making a new PostgreSQL"));
      assertThatThrownBy(() ->
              DriverManager.getConnection(
                  postgres.jdbcUrl().replaceAll("password=.*", "password=wrong")))
          .isInstanceOf(SQLException.class);
    }
    assertThat(folder.resolve("data/postmaster.pid")).doesNotExist();
  }

  @Test
  void theSecondStartKeepsDataPasswordAndPort() throws Exception {
    String url;
    try (EmbeddedPostgres postgres = start()) {
      url = postgres.jdbcUrl();
      update(postgres, "create table kept as select 42 as value");
    }
    try (EmbeddedPostgres postgres = start()) {
      assertThat(postgres.jdbcUrl()).isEqualTo(url);
      assertThat(value(postgres, "select value from kept")).isEqualTo("42");
    }
  }

  @Test
  void aKilledDatabaseIsStartedAgainAtTheSameAddressWithWhatWasCommitted() throws Exception {
    try (EmbeddedPostgres postgres = start()) {
      update(postgres, "create table kept as select 42 as value");
      for (int kills = 0; kills < 2; kills++) {
        long killed = postgres.pid();
        assertThat(ProcessHandle.of(killed).orElseThrow().destroyForcibly()).isTrue();
        await().atMost(RESTART_MAX).until(() -> postgres.pid() != killed);
        assertThat(value(postgres, "select value from kept")).isEqualTo("42");
      }
      assertThat(told).filteredOn(line -> line.startsWith("PostgreSQL runs again")).hasSize(2);
    }
  }

  @Test
  void closingRightAfterAKillLeavesNoProcessBehind() throws Exception {
    long killed;
    EmbeddedPostgres postgres = start();
    try (postgres) {
      killed = postgres.pid();
      assertThat(ProcessHandle.of(killed).orElseThrow().destroyForcibly()).isTrue();
    }
    await().atMost(RESTART_MAX).until(() -> ProcessHandle.of(postgres.pid()).isEmpty());
    assertThat(Postmaster.in(folder.toRealPath().resolve("data"))).isEmpty();
    start().close();
  }

  @Test
  void anOrphanIsStoppedAndItsDataTakenOver() throws Exception {
    long orphan = startInAJvmThatIsKilled();
    assertThat(ProcessHandle.of(orphan)).as("the database outlives its JVM").isPresent();
    try (EmbeddedPostgres postgres = start()) {
      assertThat(postgres.pid()).isNotEqualTo(orphan);
      assertThat(value(postgres, "select value from kept")).isEqualTo("42");
      assertThat(told)
          .anyMatch(line -> line.contains("process " + orphan) && line.contains("left behind"));
    }
    assertThat(Postmaster.in(folder.toRealPath().resolve("data"))).isEmpty();
  }

  @Test
  void aStalePidFileOfAnUnrelatedLivingProcessDoesNotHinder() throws Exception {
    start().close();
    Files.writeString(folder.resolve("data/postmaster.pid"), ProcessHandle.current().pid() + "\n");
    try (EmbeddedPostgres postgres = start()) {
      assertThat(value(postgres, "select 1")).isEqualTo("1");
    }
    assertThat(ProcessHandle.current().isAlive()).isTrue();
  }

  @Test
  void aTakenPortIsLeftToItsOwner() throws Exception {
    int port;
    try (EmbeddedPostgres postgres = start()) {
      port = postgres.port();
    }
    try (ServerSocket _ =
            new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        EmbeddedPostgres postgres = start()) {
      assertThat(postgres.port()).isNotEqualTo(port);
      assertThat(value(postgres, "select 1")).isEqualTo("1");
      assertThat(told).anyMatch(line -> line.startsWith("Port " + port + " is taken"));
    }
  }

  @Test
  void aSecondProgramIsRefusedAndHarmsNothing() throws Exception {
    try (EmbeddedPostgres postgres = start()) {
      assertThatThrownBy(this::start)
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
      assertThat(value(postgres, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void theDataOfAnotherMajorVersionIsRefused() throws Exception {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("data/PG_VERSION"), "17\n");
    assertThatThrownBy(this::start)
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("is of PostgreSQL 17, this program brings 18");
  }

  @Test
  void foreignFilesAreNotTakenForData() throws Exception {
    Files.createDirectories(folder.resolve("data"));
    assertThatThrownBy(this::start)
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("no PostgreSQL data directory");
  }

  @Test
  void aFullDiskAndAFolderThatIsNoneAreToldAtOnce() throws Exception {
    assertThatThrownBy(() ->
            EmbeddedPostgres.start(
                folder, PostgresSettings.tests().withDiskFreeBytesMin(Long.MAX_VALUE), told::add))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("Too little disk");
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() ->
            EmbeddedPostgres.start(file.resolve("below"), PostgresSettings.tests(), told::add))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("can't use the folder");
  }

  @Test
  void anInterruptedCreationIsBegunAgain() throws Exception {
    Files.createDirectories(folder.resolve("data.new/base"));
    Files.writeString(folder.resolve("data.new/PG_VERSION"), "18\n");
    try (EmbeddedPostgres postgres = start()) {
      assertThat(value(postgres, "select 1")).isEqualTo("1");
    }
    assertThat(folder.resolve("data.new")).doesNotExist();
  }

  private EmbeddedPostgres start() {
    return EmbeddedPostgres.start(folder, PostgresSettings.tests(), told::add);
  }

  private long startInAJvmThatIsKilled() throws IOException, InterruptedException {
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OrphanMaker.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var reader = jvm.inputReader()) {
      String pid = reader.readLine();
      assertThat(pid).isNotNull();
      return Long.parseLong(pid);
    } finally {
      jvm.destroyForcibly();
      assertThat(jvm.waitFor(RESTART_MAX.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
  }

  private boolean ownerOnly(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)))
        .equals("rw-------");
  }

  static String value(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      assertThat(result.next()).isTrue();
      return String.valueOf(result.getString(1));
    }
  }

  static void update(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A program that starts a database, says its process number, and waits to be killed. */
  static final class OrphanMaker {
    private OrphanMaker() {}

    public static void main(String[] arguments) throws Exception {
      EmbeddedPostgres postgres =
          EmbeddedPostgres.start(
              Path.of(arguments[0]), PostgresSettings.tests(), System.err::println);
      update(postgres, "create table kept as select 42 as value");
      System.out.println(postgres.pid());
      Thread.currentThread().join();
    }
  }
}
