package io.tidegate.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.server.cli.ProgramProcess.Ended;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a start, or a command beside it, can't do is told in one clear line, by real processes. */
class StartRefusalsTest {

  private static final String NOBODY = "127.0.0.1:9";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"audit", "audit --json", "token --user 1"})
  void aCommandBesideASystemThatNeverRanSaysSo(String command) throws Exception {
    Path data = folder.resolve("nowhere");
    Ended ended = ProgramProcess.run(words(command.split(" "), "--data", data.toString()));
    assertRefused(ended, 1, "no system has ever run in " + data);
    assertThat(ended.out()).isEmpty();
    assertThat(data).doesNotExist();
  }

  @Test
  void aFolderThatIsNoSystemsHasNone() throws Exception {
    assertRefused(
        ProgramProcess.run("audit", "--data", folder.toString()), 1, "no system has ever run in");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderThatCantBeMade() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    assertRefused(serve(file.resolve("data")), 1, file + "/data");
    assertRefused(serve(file), 1, file + " is a file");
  }

  /** Where the kernel lets nobody make anything, root neither, as whom tests may run. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "/proc/tidegate, the folder /proc/tidegate can't be made",
        "/sys/tidegate, the folder /sys/tidegate can't be made",
        "/sys/kernel, the data directory /sys/kernel can't be used"
      })
  void aFolderThatNobodyMayWriteTo(String data, String why) throws Exception {
    Ended ended = serve(Path.of(data), "--set", "disk.free-min=0KiB"); // they have no room at all
    assertRefused(ended, 1, why + ": ");
    assertThat(ended.err())
        .containsAnyOf(
            "permission denied",
            "Operation not permitted",
            "Read-only file system",
            "no such file or folder");
  }

  @Test
  void wordsThatNobodyKnows() throws Exception {
    Ended ended = ProgramProcess.run("serve", "--prot", "8080");
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err().lines())
        .satisfiesExactly(
            line ->
                assertThat(line).startsWith("tidegate serve: Unknown option").contains("--prot"),
            line -> assertThat(line).isEqualTo("see tidegate serve --help"));
  }

  @Test
  void tooLittleDisk() throws Exception {
    Path data = folder.resolve("data");
    assertRefused(
        serve(data, "--set", "disk.free-min=1024GiB"), 1, "disk.free-min wants 1048576 MiB");
    assertThat(data).doesNotExist();
  }

  @Test
  void aTakenPort() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertRefused(
          ProgramProcess.run("serve", "--data", folder.resolve("data").toString(), "--port", port),
          1,
          "can't listen on 127.0.0.1:" + port);
      assertThat(folder.resolve("data")).isEmptyDirectory();
    }
  }

  @Test
  void anotherServeOnTheSameData() throws Exception {
    Path data = folder.resolve("data");
    try (DataDirectory _ = DataDirectory.take(data, 0)) {
      assertRefused(serve(data), 1, "is in use by process " + ProcessHandle.current().pid());
      assertThat(data.resolve("lock")).hasContent(ProcessHandle.current().pid() + "\n");
    }
    DataDirectory again = DataDirectory.take(data, 0);
    again.leave();
    assertThat(data.resolve("lock")).as("it was there before").exists();
  }

  @Test
  void dataOfAnotherPostgres() throws Exception {
    Path made = Files.createDirectories(folder.resolve("data/postgres/data"));
    Files.writeString(made.resolve("PG_VERSION"), "16\n");
    assertRefused(
        serve(folder.resolve("data"), "--set", "rocketmq.namesrv=" + NOBODY),
        1,
        "is of PostgreSQL 16, this program brings");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insert into db.migration select max(installed_rank) + 1, '999', 'of tomorrow', 'SQL',"
            + " 'V999__of_tomorrow.sql', 1, 'x', now(), 1, true from db.migration"
            + "|of a newer Tidegate: it has migration 999 (of tomorrow)",
        "update db.migration set checksum = checksum + 1 where version = '160'"
            + "|migration 160 (payment) is not the one that was applied",
        "update db.migration set version = '139', script = 'V139__x.sql' where version = '130'"
            + "|the database has migration 139",
      })
  void dataOfAnotherTidegate(String changeAndLine) throws Exception {
    String[] parts = changeAndLine.split("\\|");
    String url = TestPostgres.migratedDatabase();
    execute(url, parts[0]);
    assertRefused(serve(folder.resolve("data"), outside(url)), 1, parts[1]);
  }

  @Test
  void aDatabaseThatRefusesUs() throws Exception {
    String url = TestPostgres.freshDatabase().replaceAll("password=[^&]*", "password=swordfish");
    Ended ended = serve(folder.resolve("data"), outside(url));
    assertRefused(ended, 1, "can't be used: FATAL: password authentication failed");
    assertThat(ended.err()).doesNotContain("swordfish");
  }

  @Test
  void withoutDemoThereMustBeAnIssuer() throws Exception {
    Path data = folder.resolve("data");
    Ended ended =
        serve(
            data,
            "--set",
            "demo=false",
            "--set",
            "demo.skus=5",
            "--set",
            "sandbox.secret=long-enough");
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err())
        .contains("demo=false needs identity.jwks-url and identity.issuer")
        .contains("demo.skus is for demo=true")
        .contains("sandbox.secret is for demo=true")
        .doesNotContain("\tat ");
    assertThat(data).doesNotExist();
    assertThat(
            ProgramProcess.run("token", "--user", "1", "--set", "demo=false", "--data", "" + data)
                .exitCode())
        .isEqualTo(2);
    Ended foreign =
        ProgramProcess.run(
            words(
                new String[] {"token", "--user", "1", "--data", data.toString()},
                "--set",
                "demo=false",
                "--set",
                "identity.jwks-url=https://id.example/keys",
                "--set",
                "identity.issuer=https://id.example"));
    assertRefused(foreign, 1, "tokens come from https://id.example, not from here");
  }

  private static Ended serve(Path data, String... more) throws Exception {
    return ProgramProcess.run(
        words(new String[] {"serve", "--port", "0", "--data", data.toString()}, more));
  }

  private static String[] outside(String url) {
    return new String[] {
      "--set", "db.url=" + url,
      "--set", "rocketmq.namesrv=" + NOBODY,
      "--set", "simulators.url=http://" + NOBODY,
    };
  }

  static String[] words(String[] first, String... more) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /**
   * Lines that tell of progress begin with "tidegate: "; the one that refuses names the command.
   */
  private static void assertRefused(Ended ended, int exitCode, String why) {
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(exitCode);
    List<String> told = ended.err().lines().filter(line -> !line.startsWith("tidegate: ")).toList();
    assertThat(told).singleElement().asString().startsWith("tidegate ").contains(why);
  }

  private static void execute(String url, String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate(sql)).isEqualTo(1);
    }
  }
}
