package io.tidegate.server.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.Migrations;
import io.tidegate.platform.engine.EmbeddedPostgres;
import io.tidegate.platform.engine.PostgresSettings;
import io.tidegate.platform.testing.TestBroker;
import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.server.config.Configuration;
import io.tidegate.server.config.Sources;
import io.tidegate.server.doctor.Check.Verdict;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** What the doctor finds on a real PostgreSQL and a real RocketMQ, well ones and spoilt ones. */
class DoctorTest {

  private static final String NOBODY = "127.0.0.1:9";

  @TempDir private Path data;

  /** As the program starts its own: what tests share isn't on the disk at once. */
  @Test
  @Tag("own-engine")
  void wellOnesAreWell() throws Exception {
    try (EmbeddedPostgres own =
        EmbeddedPostgres.start(data.resolve("postgres"), PostgresSettings.tests(), _ -> {})) {
      Migrations.apply(own.jdbcUrl());
      wellOnesAreWell(own.jdbcUrl());
    }
  }

  private void wellOnesAreWell(String url) throws Exception {
    Doctor.Findings findings =
        examine(url, TestBroker.shared().namesrv(), TestBroker.shared().topics());
    assertThat(findings.checks().stream().filter(check -> check.verdict() == Verdict.WRONG))
        .isEmpty();
    assertThat(check(findings, "fsync").found()).isEqualTo("on");
    assertThat(check(findings, "migrations").found()).isEqualTo("at this version");
    assertThat(check(findings, "clock").verdict()).isEqualTo(Verdict.OK);
    assertThat(check(findings, "topics").verdict()).isEqualTo(Verdict.OK);
    assertThat(check(findings, "message size").found()).contains("4096 KiB");
    assertThat(JsonMapper.shared().readTree(findings.toJson("1", "d")).path("wrong").asInt(-1))
        .isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "synchronous_commit|alter database %s set synchronous_commit = off|off|WRONG",
        "migrations|insert into db.migration select 999, '999', 'of tomorrow', 'SQL', 'V999__x.sql', 1, 'x', now(), 1, true|newer|WRONG",
      })
  void aSpoiltDatabaseIsNamed(String name, String change, String found, Verdict verdict)
      throws Exception {
    String url = TestPostgres.migratedDatabase();
    String database = url.substring(url.lastIndexOf('/') + 1, url.indexOf('?'));
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(change.formatted(database));
    }
    Check check = check(examine(url, "", List.of()), name);
    assertThat(check.verdict()).isEqualTo(verdict);
    assertThat(check.found()).contains(found);
    assertThat(check.area()).isEqualTo("database");
    assertThat(check.advice()).isNotBlank();
  }

  /** It makes a role, which belongs to the whole server. */
  @Test
  @Tag("own-engine")
  void aUserWhoMayNotMakeTheTablesIsNamed() throws Exception {
    String url = TestPostgres.freshDatabase();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("create role doctor_reader login password 'reader'");
    }
    String readers = url.replaceAll("user=.*", "user=doctor_reader&password=reader");
    assertThat(check(examine(readers, "", List.of()), "rights").verdict()).isEqualTo(Verdict.WRONG);
    assertThat(check(examine(url, "", List.of()), "rights").verdict()).isEqualTo(Verdict.OK);
  }

  /** It makes a role, too. */
  @Test
  @Tag("own-engine")
  void migrationsThatMayNotBeReadAreNamed() throws Exception {
    String url = TestPostgres.freshDatabase();
    Migrations.apply(url);
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("create role doctor_stranger login password 'stranger'");
    }
    String strangers = url.replaceAll("user=.*", "user=doctor_stranger&password=stranger");
    Doctor.Findings findings = examine(strangers, "", List.of());
    assertThat(check(findings, "migrations").verdict()).isEqualTo(Verdict.WRONG);
    assertThat(check(findings, "migrations").found()).contains("permission denied");
    assertThat(check(findings, "size").verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void poolsThatDontFitAreNamed() throws Exception {
    Doctor.Findings findings =
        examine(TestPostgres.freshDatabase(), "", List.of(), "db.write-connections-max=300");
    assertThat(check(findings, "max_connections").verdict()).isEqualTo(Verdict.WRONG);
    assertThat(check(findings, "migrations").found())
        .endsWith("would be applied by the next start");
  }

  @Test
  void missingTopicsAndNobodyAtTheOtherEndAreNamed() throws Exception {
    Doctor.Findings findings =
        examine(
            "",
            TestBroker.shared().namesrv(),
            List.of(TestBroker.shared().topics().getFirst(), "tidegate-lost"));
    assertThat(check(findings, "topics").found()).isEqualTo("tidegate-lost missing");
    assertThat(findings.wrong()).isEqualTo(1);
    Doctor.Findings nobody =
        examine("jdbc:postgresql://" + NOBODY + "/x?user=a&password=swordfish", NOBODY, List.of());
    assertThat(check(nobody, "connection").verdict()).isEqualTo(Verdict.WRONG);
    assertThat(check(nobody, "name servers").verdict()).isEqualTo(Verdict.WRONG);
    assertThat(nobody.toTable()).doesNotContain("swordfish");
  }

  @Test
  void embeddedOnesAreToldAndNothingIsMade() throws Exception {
    Path fresh = data.resolve("fresh");
    Doctor.Findings findings = Doctor.examine(target(fresh, "", "", List.of(), "http.port=0"));
    assertThat(findings.wrong()).isZero();
    assertThat(findings.toTable())
        .contains("serve would start PostgreSQL")
        .contains("serve would start a RocketMQ");
    assertThat(fresh).doesNotExist();

    Files.createDirectories(data.resolve("postgres/data"));
    Files.writeString(data.resolve("postgres/data/PG_VERSION"), "16\n");
    Doctor.Findings old = examine("", "", List.of(), "disk.free-min=1024GiB");
    assertThat(check(old, "kind").verdict()).isEqualTo(Verdict.WRONG);
    assertThat(check(old, "free disk").verdict()).isEqualTo(Verdict.WRONG);
  }

  @Test
  void aTakenPortIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Doctor.Findings findings =
          Doctor.examine(target(data, "", "", List.of(), "http.port=" + taken.getLocalPort()));
      assertThat(check(findings, "port").verdict()).isEqualTo(Verdict.WRONG);
    }
  }

  private static Check check(Doctor.Findings findings, String name) {
    return findings.checks().stream()
        .filter(check -> check.name().equals(name))
        .filter(check -> !check.area().equals("broker") || !name.equals("kind"))
        .findFirst()
        .orElseThrow(() -> new AssertionError(findings.toTable()));
  }

  private Doctor.Findings examine(
      String jdbcUrl, String namesrv, List<String> topics, String... more) throws Exception {
    List<String> sets = new ArrayList<>(List.of("http.port=0"));
    sets.addAll(List.of(more));
    return Doctor.examine(target(data, jdbcUrl, namesrv, topics, sets.toArray(String[]::new)));
  }

  private static Target target(
      Path data, String jdbcUrl, String namesrv, List<String> topics, String... sets) {
    return new Target(
        Configuration.read(new Sources(data, null, Map.of(), List.of(sets), Map.of())).settings(),
        jdbcUrl,
        namesrv,
        "",
        topics);
  }
}
