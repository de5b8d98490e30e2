package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of the rollups, as it is found at a start. */
class RollupFileTest {

  private static final String ZONE = "Asia/Shanghai";
  private static final String DAYS = "select count(*) from rollup.kept_history";

  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("rollup.duckdb");
  }

  private void make() throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
      RollupFile.attach(connection, file(), ZONE);
      RollupFile.run(
          connection, "insert into rollup.kept_history values (date '2026-11-10', 'a', 'b')");
    }
  }

  private long days(String zone) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
      RollupFile.attach(connection, file(), zone);
      return (Long) RollupFile.rows(connection, DAYS).getFirst()[0];
    }
  }

  /** Another process, which has the file. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] file) throws Exception {
      try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file[0])) {
        RollupFile.run(connection, "select 1");
        System.out.write('h');
        System.out.flush();
        System.in.read();
      }
    }
  }

  private Process holder() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Holder.class.getName(),
            file().toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void whatAnotherProcessHasIsLeftAlone() throws Exception {
    make();
    Process holder = holder();
    try {
      assertThat(holder.getInputStream().read()).isEqualTo('h');
      byte[] before = Files.readAllBytes(file());
      assertThatThrownBy(() -> days(ZONE))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("lock");
      assertThat(Files.readAllBytes(file())).isEqualTo(before);
    } finally {
      holder.getOutputStream().close();
      holder.waitFor();
    }
    assertThat(days(ZONE)).isEqualTo(1);
  }

  @Test
  void whatIsBrokenOrOfAnotherZoneIsMadeAnew() throws Exception {
    make();
    assertThat(days(ZONE)).isEqualTo(1);
    assertThat(days("Europe/Berlin")).isZero();
    make();
    assertThat(days(ZONE)).isEqualTo(1);
    Files.writeString(file(), "no database at all, but longer than the head of one".repeat(200));
    assertThat(days(ZONE)).isZero();
  }
}
