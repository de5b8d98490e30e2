package io.tidegate.platform.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.messaging.OutsideTopics;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Other test JVMs on this one's engines, which are outside ones to them, as a role that may create
 * databases and no more. It makes that role, which engines of others may not allow.
 */
@Tag("own-engine")
class OutsideEnginesTest {

  private static String url;

  @BeforeAll
  static void makeRole() throws SQLException {
    run(TestPostgres.url("template1"), "create extension if not exists pg_stat_statements");
    run(
        TestPostgres.url("postgres"),
        "create role outside_user login createdb password 'outside-user'");
    url =
        TestPostgres.url("postgres")
            .replaceAll("[?].*", "?user=outside_user&password=outside-user");
  }

  @AfterAll
  static void dropRole() throws SQLException {
    for (String database : databases()) {
      run(TestPostgres.url("postgres"), "drop database " + database + " with (force)");
    }
    run(TestPostgres.url("postgres"), "drop role outside_user");
  }

  @Test
  void testsUseWhatTheyAreToldTakeTheirOwnAwayAndWhatKilledOnesLeft() throws Exception {
    String namesrv = TestBroker.shared().namesrv();
    try (User lives = User.start(url, namesrv);
        OutsideTopics topics = new OutsideTopics(namesrv, OutsideEngines.PREFIX)) {
      assertThat(databases()).contains(lives.database());
      assertThat(topics.names()).contains(lives.topic());

      String left;
      try (User killed = User.start(url, namesrv)) {
        left = killed.database();
        killed.process.destroyForcibly().waitFor();
      }
      assertThat(databases()).contains(left);

      try (User next = User.start(url, namesrv)) {
        await().until(() -> !databases().contains(left));
        assertThat(databases()).contains(lives.database(), next.database());
        next.end();
        assertThat(databases()).contains(lives.database()).doesNotContain(next.database());
        assertThat(topics.names()).contains(lives.topic()).doesNotContain(next.topic());
      }
      lives.end();
      assertThat(databases()).isEmpty();
    }
  }

  @Test
  void enginesThatAreNotThereFailTheTests() {
    assertThatThrownBy(() -> new OutsidePostgres(url.replaceAll(":[0-9]+/", ":1/")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("tidegate.test.db.url");
    assertThatThrownBy(() -> new OutsidePostgres("jdbc:postgresql:tests"))
        .isInstanceOf(IllegalArgumentException.class);
    OutsideTopics nowhere = new OutsideTopics("127.0.0.1:1", "none");
    assertThatThrownBy(() -> nowhere.make(List.of("none")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(nowhere::close).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void topicsOfTheLastDayMayBeOfSomebodyWhoLives() {
    assertThat(OutsideEngines.isLeft(OutsideEngines.ownPrefix() + "thing")).isFalse();
    assertThat(OutsideEngines.isLeft(ofTime(Duration.ofHours(20)))).isFalse();
    assertThat(OutsideEngines.isLeft(ofTime(Duration.ofHours(25)))).isTrue();
    assertThat(OutsideEngines.isLeft("tidegate-order")).isFalse();
    assertThat(OutsideEngines.isLeft("tidegate_test_mine")).isFalse();
    assertThat(OutsideEngines.ownPrefix() + "99-").hasSizeLessThanOrEqualTo(32);
  }

  private static String ofTime(Duration ago) {
    return OutsideEngines.PREFIX
        + "7_"
        + Long.toString(Instant.now().minus(ago).toEpochMilli(), 36)
        + "_thing";
  }

  /** Those of outside users. */
  private static List<String> databases() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select datname from pg_database join pg_roles r on r.oid = datdba"
                    + " where rolname = 'outside_user' order by 1")) {
      List<String> names = new ArrayList<>();
      while (rows.next()) {
        names.add(rows.getString(1));
      }
      return names;
    }
  }

  private static void run(String at, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(at);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A test JVM, and what it has made. */
  private record User(Process process, String database, String topic) implements AutoCloseable {

    static User start(String url, String namesrv) throws IOException {
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx128m",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-Dtidegate.test.db.url=" + url,
              "-Dtidegate.test.rocketmq.namesrv=" + namesrv,
              OutsideUser.class.getName());
      builder
          .environment()
          .put(
              "CLASSPATH",
              System.getProperty(
                  "surefire.test.class.path", System.getProperty("java.class.path")));
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      Process process = builder.start();
      BufferedReader told = process.inputReader();
      String line = told.readLine();
      assertThat(line).isNotNull();
      String[] names = line.split(" ", 2);
      return new User(process, names[0].replaceAll(".*/|[?].*", ""), names[1]);
    }

    /** As a test JVM ends. */
    void end() throws Exception {
      process.getOutputStream().close();
      assertThat(process.waitFor(TestLimits.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
