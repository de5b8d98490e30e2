package io.tidegate.server.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.messaging.BrokerFacts;
import io.tidegate.platform.messaging.BrokerFacts.Broker;
import io.tidegate.server.config.Configuration;
import io.tidegate.server.config.Settings;
import io.tidegate.server.config.Sources;
import io.tidegate.server.doctor.Check.Verdict;
import io.tidegate.server.doctor.DatabaseFacts.Schema;
import io.tidegate.server.doctor.DatabaseFacts.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How each thing that may be amiss is judged, and what is advised, without a machine, a database or
 * a broker on which it is so.
 */
class JudgementsTest {

  private static final Path DATA = Path.of("/srv/shop");
  private static final long GIB = 1L << 30;

  /** A node with 8 and 16 sessions, and none for anything else. */
  private static final Settings PLAIN = node("node.role=api,relay,consumers,console");

  private static final Map<String, Setting> SERVER =
      Map.ofEntries(
          Map.entry("server_version_num", new Setting("180001", "")),
          Map.entry("server_encoding", new Setting("UTF8", "")),
          Map.entry("fsync", new Setting("on", "")),
          Map.entry("full_page_writes", new Setting("on", "")),
          Map.entry("synchronous_commit", new Setting("on", "")),
          Map.entry("wal_level", new Setting("replica", "")),
          Map.entry("shared_buffers", new Setting("65536", "8kB")),
          Map.entry("max_wal_size", new Setting("4096", "MB")),
          Map.entry("max_connections", new Setting("100", "")),
          Map.entry("superuser_reserved_connections", new Setting("3", "")),
          Map.entry("reserved_connections", new Setting("0", "")));

  private static final Broker BROKER =
      new Broker("broker-a", "127.0.0.1:10911", "V5_5_0", 4 << 20, 0.4, 0.75);

  private static final MachineFacts MACHINE =
      new MachineFacts(25, "x 25", 4, 8 * GIB, OptionalLong.of(65_536));

  /**
   * One thing that is amiss.
   *
   * @param judge makes the checks of its area
   * @param found what the table says is the case
   */
  record Amiss(
      String name, Consumer<Check.Area> judge, Verdict verdict, String found, String advice) {
    @Override
    public String toString() {
      return name + ": " + found;
    }
  }

  static Stream<Amiss> amiss() {
    return Stream.of(databases(), brokers(), machines()).flatMap(each -> each);
  }

  private static Stream<Amiss> databases() {
    String durable = "switch it on: a crash loses or breaks committed orders";
    String clock = "orders go by the database's clock, logs by ours: let both follow a time server";
    String raise =
        "raise max_connections, or lower db.write-connections-max and db.read-connections-max";
    String raiseAll =
        "raise max_connections, or lower db.write-connections-max, db.read-connections-max and"
            + " flash.connections";
    return Stream.of(
        new Amiss(
            "version",
            setting("server_version_num", "160004", ""),
            Verdict.WRONG,
            "PostgreSQL 16.4",
            "use 17 or newer: older ones have no identity columns on partitions"),
        new Amiss(
            "encoding",
            setting("server_encoding", "SQL_ASCII", ""),
            Verdict.WRONG,
            "SQL_ASCII",
            "make the database with encoding UTF8"),
        new Amiss("fsync", setting("fsync", "off", ""), Verdict.WRONG, "off", durable),
        new Amiss(
            "full_page_writes",
            setting("full_page_writes", "off", ""),
            Verdict.WRONG,
            "off",
            durable),
        new Amiss(
            "synchronous_commit",
            setting("synchronous_commit", "off", ""),
            Verdict.WRONG,
            "off",
            "switch it on, here and for this user and database: a crash loses orders that were"
                + " acknowledged"),
        new Amiss(
            "wal_level",
            setting("wal_level", "minimal", ""),
            Verdict.NOTE,
            "minimal",
            "backups and replicas need replica"),
        new Amiss(
            "shared_buffers",
            setting("shared_buffers", "8192", "8kB"),
            Verdict.NOTE,
            "64 MiB",
            "give it a twelfth of the memory or more, at least 128 MiB"),
        new Amiss(
            "max_wal_size",
            setting("max_wal_size", "512", "MB"),
            Verdict.NOTE,
            "512 MiB",
            "checkpoints follow one another under load: give it 1024 MiB or more"),
        new Amiss(
            "max_connections",
            setting("max_connections", "29", ""),
            Verdict.WRONG,
            "26 for a node's 27, among them 3 beside its pools",
            raise),
        new Amiss(
            "max_connections",
            setting("max_connections", "30", ""),
            Verdict.NOTE,
            "27 for a node's 27, among them 3 beside its pools",
            "a second node needs more: " + raise),
        new Amiss(
            "max_connections",
            sessions("42", node("flash.connections=4")),
            Verdict.WRONG,
            "39 for a node's 40, among them 3 beside its pools, flash sales' 4, reports' 9",
            raiseAll),
        new Amiss(
            "max_connections",
            sessions("43", node("flash.connections=4")),
            Verdict.NOTE,
            "40 for a node's 40, among them 3 beside its pools, flash sales' 4, reports' 9",
            "a second node needs more: " + raiseAll),
        new Amiss(
            "max_connections",
            sessions("36", node("flash.connections=7", "reports.url=http://reports:8088")),
            Verdict.WRONG,
            "33 for a node's 34, among them 3 beside its pools, flash sales' 7",
            raiseAll),
        new Amiss(
            "max_connections",
            sessions("38", node("node.role=api,reports")),
            Verdict.WRONG,
            "35 for a node's 36, among them 3 beside its pools, reports' 9",
            raise),
        new Amiss(
            "max_connections",
            sessions("11", node("node.role=reports")),
            Verdict.WRONG,
            "8 for a node's 9, among them 1 beside its pools",
            "raise max_connections"),
        new Amiss(
            "clock",
            database(SERVER, Duration.ofMinutes(10), true, new Schema.Pending(0)),
            Verdict.NOTE,
            "differs from ours by 600000 ms",
            clock),
        new Amiss(
            "clock",
            database(SERVER, Duration.ofMillis(-1_001), true, new Schema.Pending(0)),
            Verdict.NOTE,
            "differs from ours by -1001 ms",
            clock),
        new Amiss(
            "rights",
            database(SERVER, Duration.ZERO, false, new Schema.Pending(0)),
            Verdict.WRONG,
            "may not create schemas",
            "grant create on the database to this user"),
        new Amiss(
            "migrations",
            database(SERVER, Duration.ZERO, true, new Schema.Refused("of a newer Tidegate")),
            Verdict.WRONG,
            "of a newer Tidegate",
            "serve refuses it: use the Tidegate that migrated it last, a newer one, or another"
                + " db.url"));
  }

  private static Stream<Amiss> brokers() {
    return Stream.of(
        new Amiss(
            "brokers",
            broker(new BrokerFacts(List.of(), List.of())),
            Verdict.WRONG,
            "0 registered",
            "start one with these name servers: none has told them of itself"),
        new Amiss(
            "topics",
            broker(new BrokerFacts(List.of(BROKER), List.of("tidegate-order"))),
            Verdict.WRONG,
            "tidegate-order missing",
            "create them with at least 4 queues each (mqadmin updateTopic)"),
        new Amiss(
            "version",
            broker("V4_9_7", 4 << 20, 0.4),
            Verdict.WRONG,
            "broker-a is V4_9_7",
            "use RocketMQ 5 or newer"),
        new Amiss(
            "version",
            broker("unknown", 4 << 20, 0.4),
            Verdict.WRONG,
            "broker-a is unknown",
            "use RocketMQ 5 or newer"),
        new Amiss(
            "message size",
            broker("V5_5_0", 64 << 10, 0.4),
            Verdict.WRONG,
            "broker-a takes 64 KiB",
            "set maxMessageSize to " + BrokerFacts.MESSAGE_BYTES_MAX + " or more"),
        new Amiss(
            "disk",
            broker("V5_5_0", 4 << 20, 0.75),
            Verdict.WRONG,
            "broker-a: 75 % used, watermark 75 %",
            "make room: past the watermark messages are thrown away before their time"),
        new Amiss(
            "disk",
            broker("V5_5_0", 4 << 20, 0),
            Verdict.NOTE,
            "broker-a doesn't tell how full its disk is, or its watermark",
            "look at it there: past the watermark messages are thrown away before their time"));
  }

  private static Stream<Amiss> machines() {
    return Stream.of(
        new Amiss(
            "jdk",
            machine(new MachineFacts(21, "x 21", 4, 8 * GIB, OptionalLong.empty())),
            Verdict.WRONG,
            "x 21",
            "use a JDK 25"),
        new Amiss(
            "cores",
            machine(new MachineFacts(25, "x 25", 1, 8 * GIB, OptionalLong.empty())),
            Verdict.NOTE,
            "1",
            "with one core everything waits for everything"),
        new Amiss(
            "memory",
            machine(new MachineFacts(25, "x 25", 4, GIB, OptionalLong.empty())),
            Verdict.WRONG,
            "1024 MiB",
            "program, broker and database want 2048 MiB"),
        new Amiss(
            "memory",
            machine(new MachineFacts(25, "x 25", 4, 3 * GIB, OptionalLong.empty())),
            Verdict.NOTE,
            "3072 MiB",
            "more than 4096 MiB serves better"),
        new Amiss(
            "file handles",
            machine(new MachineFacts(25, "x 25", 4, 8 * GIB, OptionalLong.of(1_024))),
            Verdict.NOTE,
            "1024",
            "each connection takes one: raise ulimit -n to 20000 or more"),
        new Amiss(
            "data directory",
            area ->
                MachineChecks.judge(new MachineFacts.Folder(DATA, Path.of("/srv"), false), area),
            Verdict.WRONG,
            "/srv/shop (not made yet)",
            "/srv is not a folder that this user may write to; name another --data"),
        new Amiss(
            "free disk",
            area -> MachineChecks.room(GIB, 2 * GIB, area),
            Verdict.WRONG,
            "1024 MiB",
            "disk.free-min wants 2048 MiB"),
        new Amiss(
            "free disk",
            area -> MachineChecks.room(9 * GIB, 2 * GIB, area),
            Verdict.NOTE,
            "9216 MiB",
            "below 10240 MiB it fills soon"));
  }

  private static Settings node(String... sets) {
    List<String> all =
        new ArrayList<>(List.of("db.write-connections-max=8", "db.read-connections-max=16"));
    all.addAll(List.of(sets));
    return Configuration.read(new Sources(DATA, null, Map.of(), all, Map.of())).settings();
  }

  private static Consumer<Check.Area> setting(String name, String value, String unit) {
    Map<String, Setting> server = new HashMap<>(SERVER);
    server.put(name, new Setting(value, unit));
    return database(server, Duration.ZERO, true, new Schema.Pending(0));
  }

  private static Consumer<Check.Area> sessions(String most, Settings node) {
    Map<String, Setting> server = new HashMap<>(SERVER);
    server.put("max_connections", new Setting(most, ""));
    DatabaseFacts facts =
        new DatabaseFacts(server, Duration.ZERO, true, GIB, new Schema.Pending(0));
    return area -> DatabaseChecks.judge(facts, node, area);
  }

  private static Consumer<Check.Area> database(
      Map<String, Setting> server, Duration clockAhead, boolean mayCreate, Schema schema) {
    DatabaseFacts facts = new DatabaseFacts(server, clockAhead, mayCreate, GIB, schema);
    return area -> DatabaseChecks.judge(facts, PLAIN, area);
  }

  private static Consumer<Check.Area> broker(String version, long messageBytesMax, double used) {
    Broker broker =
        new Broker(BROKER.name(), BROKER.address(), version, messageBytesMax, used, 0.75);
    return broker(new BrokerFacts(List.of(broker), List.of()));
  }

  private static Consumer<Check.Area> broker(BrokerFacts facts) {
    return area -> BrokerChecks.judge(facts, 3, area);
  }

  private static Consumer<Check.Area> machine(MachineFacts facts) {
    return area -> MachineChecks.judge(facts, area);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("amiss")
  void isJudgedWithOneLineOfAdvice(Amiss amiss) {
    Doctor.Findings findings = judged(amiss.judge());

    assertThat(findings.checks().stream().filter(check -> check.verdict() != Verdict.OK))
        .singleElement()
        .isEqualTo(new Check("area", amiss.name(), amiss.verdict(), amiss.found(), amiss.advice()));
    assertThat(findings.wrong()).isEqualTo(amiss.verdict() == Verdict.WRONG ? 1 : 0);
    assertThat(amiss.advice()).isNotBlank();
    assertThat(findings.toTable().lines())
        .as("a line each, and the sum")
        .hasSize(findings.checks().size() + 1)
        .filteredOn(line -> line.endsWith(": " + amiss.advice()))
        .hasSize(1);
  }

  @Test
  void whatIsWellNeedsNoAdvice() {
    List<Check> checks = new ArrayList<>();
    for (Schema.Pending schema : List.of(new Schema.Pending(0), new Schema.Pending(3))) {
      checks.addAll(judged(database(SERVER, Duration.ofSeconds(1), true, schema)).checks());
    }
    checks.addAll(judged(setting("synchronous_commit", "local", "")).checks());
    checks.addAll(judged(broker(new BrokerFacts(List.of(BROKER), List.of()))).checks());
    checks.addAll(judged(broker("V6_0_0", 8 << 20, 0.74)).checks());
    checks.addAll(judged(machine(MACHINE)).checks());
    checks.addAll(judged(area -> MachineChecks.room(10 * GIB, 2 * GIB, area)).checks());

    assertThat(checks)
        .hasSizeGreaterThan(40)
        .allMatch(check -> check.verdict() == Verdict.OK && check.advice().isEmpty());
  }

  private static Doctor.Findings judged(Consumer<Check.Area> judge) {
    List<Check> checks = new ArrayList<>();
    judge.accept(new Check.Area("area", checks));
    return new Doctor.Findings(checks);
  }
}
