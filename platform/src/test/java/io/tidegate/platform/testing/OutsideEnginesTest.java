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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
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

      String mine = left.substring(0, left.length() - "test_1".length());
      String old = nameOfTime(Duration.ofHours(2));
      for (String database : databases()) {
        if (database.startsWith(mine)) { // its sessions may end a moment after it
          String aged = database.replace(mine, old);
          await().ignoreExceptions().until(() -> renamed(database, aged));
        }
      }
      List<String> own = databasesThatOnlyLookLikeLeftOnes();
      try (User next = User.start(url, namesrv)) {
        await().until(() -> databases().stream().noneMatch(name -> name.startsWith(old)));
        assertThat(databases()).contains(lives.database(), next.database()).containsAll(own);
        for (String database : own) {
          run(url, "drop database " + database);
        }
        next.end();
        assertThat(databases()).contains(lives.database()).doesNotContain(next.database());
        assertThat(topics.names()).contains(lives.topic()).doesNotContain(next.topic());
      }
      lives.end();
      assertThat(databases()).isEmpty();
    }
  }

  private static boolean renamed(String database, String to) throws SQLException {
    run(TestPostgres.url("postgres"), "alter database " + database + " rename to " + to);
    return true;
  }

  /** Somebody's own, whatever they are called, and one of a JVM that began not long ago. */
  private static List<String> databasesThatOnlyLookLikeLeftOnes() throws SQLException {
    List<String> own =
        new ArrayList<>(
            List.of(
                "tidegate_test_db_snapshot_1",
                "tidegate_test_shop_20261127_x",
                nameOfTime(Duration.ofMinutes(50)) + "test_1"));
    String comment = comment();
    for (String name : own) {
      run(url, "create database " + name);
      run(url, "comment on database " + name + " is '" + comment + "'");
    }
    String withoutComment = nameOfTime(Duration.ofHours(3)) + "test_1";
    run(url, "create database " + withoutComment);
    own.add(withoutComment);
    return own;
  }

  /** What test JVMs write at their databases. */
  private static String comment() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select distinct shobj_description(d.oid, 'pg_database') from pg_database d"
                    + " join pg_roles r on r.oid = d.datdba where rolname = 'outside_user'")) {
      assertThat(rows.next()).isTrue();
      String comment = rows.getString(1);
      assertThat(comment).isNotBlank();
      assertThat(rows.next()).as("each has it").isFalse();
      return comment;
    }
  }

  @Test
  void deadLettersAndRetriesGoWithTheirGroup() throws Exception {
    try (OutsideTopics topics =
        new OutsideTopics(TestBroker.shared().namesrv(), OutsideEngines.PREFIX + "dead_")) {
      String group = OutsideEngines.PREFIX + "dead_group";
      topics.make(List.of("%DLQ%" + group, "%RETRY%" + group));
      assertThat(topics.names()).containsExactly("%DLQ%" + group, "%RETRY%" + group);
      topics.remove(group::equals);
      assertThat(topics.names()).isEmpty();
    }
  }

  @Test
  void aJvmWhoseSessionEndedSaysAnewThatItLives() throws Exception {
    OutsidePostgres there = new OutsidePostgres(url);
    Queue<String> made = new ConcurrentLinkedQueue<>();
    try {
      run(
          TestPostgres.url("postgres"),
          "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
              + " where usename = 'outside_user' and application_name = '"
              + OutsideEngines.ownPrefix()
              + "'");
      made.add(OutsideEngines.ownPrefix() + "again");
      there.create(made.element(), "template1");
      assertThat(lives()).isTrue();
    } finally {
      there.end(made);
    }
    assertThat(databases()).doesNotContain(made.element());
  }

  private static boolean lives() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select from pg_stat_activity where application_name = '"
                    + OutsideEngines.ownPrefix()
                    + "'")) {
      return rows.next();
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
    assertThat(OutsideEngines.isLeft("tidegate_test_db_snapshot_1")).as("2039").isFalse();
    assertThat(OutsideEngines.isLeft("tidegate_test_shop_20261127_x")).as("1974").isFalse();
    assertThat(OutsideEngines.ownPrefix() + "99-").hasSizeLessThanOrEqualTo(32);
  }

  private static String ofTime(Duration ago) {
    return nameOfTime(ago) + "thing";
  }

  private static String nameOfTime(Duration ago) {
    return OutsideEngines.PREFIX
        + "7_"
        + Long.toString(Instant.now().minus(ago).toEpochMilli(), 36)
        + "_";
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
