package io.tidegate.server.config;

import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The table of all keys. What isn't here can't be set. */
final class Keys {
  private static final List<Key<?>> TABLE = new ArrayList<>();
  private static final int SUGGESTION_EDITS_MAX = 4;

  static final Key<String> HTTP_HOST =
      key("http.host", Kinds.host(), "127.0.0.1", "Address that the API listens on.");
  static final Key<Integer> HTTP_PORT =
      key("http.port", Kinds.whole(0, 65_535), "8080", "Port of the API; 0 takes a free one.");
  static final Key<Integer> HTTP_LIMIT_PER_USER =
      key(
          "http.limit-per-user",
          Kinds.whole(0, 1_000_000_000),
          "1000",
          "Requests of one user in 10 s, and 50 times as many of one address without a token;"
              + " 0: no limit.");
  static final Key<Integer> HTTP_CONCURRENCY_MAX =
      key(
          "http.concurrency-max",
          Kinds.whole(1, 100_000),
          "4096",
          "Requests in flight; one more is answered 503 at once.");
  static final Key<JdbcUrl> DB_URL =
      key(
          "db.url",
          Kinds.jdbcUrl(),
          "",
          Key.Shown.WITHOUT_PASSWORD,
          "PostgreSQL 17 or newer; empty: the embedded one.");
  static final Key<Integer> DB_WRITE_CONNECTIONS_MAX =
      key(
          "db.write-connections-max",
          Kinds.whole(2, 500),
          "20",
          "Database sessions for lanes, consumers and other writers.");
  static final Key<Integer> DB_READ_CONNECTIONS_MAX =
      key("db.read-connections-max", Kinds.whole(1, 500), "16", "Database sessions for queries.");
  static final Key<Long> DISK_FREE_MIN =
      key(
          "disk.free-min",
          Kinds.bytes(0, 1L << 40),
          "256MiB",
          "The start is refused with less free space in the data directory.");
  static final Key<String> ROCKETMQ_NAMESRV =
      key(
          "rocketmq.namesrv",
          Kinds.nameServers(),
          "",
          "RocketMQ's name servers; empty: the embedded broker.");
  static final Key<Duration> EVENTS_KEPT =
      key(
          "events.kept",
          Kinds.duration(Duration.ZERO, Duration.ofDays(36_500)),
          "0s",
          "How long events stay in the log at least, once every consumer has passed them. 0s: for"
              + " ever, so that audit --full and a consumer that joins late begin at the first.");
  static final Key<Boolean> DEMO =
      key(
          "demo",
          Kinds.yesOrNo(),
          "",
          "Demo goods, sandbox provider and simulators. By default only where http.host is loopback.");
  static final Key<Integer> DEMO_SKUS =
      key(
          "demo.skus",
          Kinds.whole(0, 10_000_000),
          "0",
          "SKUs of the demo; 0: the hand-made goods.");
  static final Key<ZoneId> BUSINESS_ZONE =
      key(
          "business.zone",
          Kinds.zone(),
          "Asia/Shanghai",
          "Zone that cuts days in statements and reports.");
  static final Key<Duration> ORDER_PAY_WINDOW =
      key(
          "order.pay-window",
          Kinds.duration(Duration.ofSeconds(1), Duration.ofDays(90)),
          "24h",
          "How long an order waits for its payment until it is closed.");
  static final Key<Duration> ORDER_COMPLETE_AFTER =
      key(
          "order.complete-after",
          Kinds.duration(Duration.ofSeconds(1), Duration.ofDays(365)),
          "10d",
          "How long after shipping an order completes by itself.");
  static final Key<Integer> LANE_PER_SECOND_MAX =
      key(
          "lane.per-second-max",
          Kinds.whole(0, 10_000_000),
          "0",
          "Orders placed in a second; more are answered 503. 0: no limit.");
  static final Key<String> SIMULATORS_URL =
      key(
          "simulators.url",
          Kinds.webAddress(),
          "",
          "Simulators of another node; empty: a child of this one while demo=true.");
  static final Key<Secret> SANDBOX_SECRET =
      key(
          "sandbox.secret",
          Kinds.secret(8),
          "",
          Key.Shown.NOTHING,
          "Signs what the sandbox provider and we say to each other; empty: made once.");
  static final Key<String> SANDBOX_MERCHANT =
      key("sandbox.merchant", Kinds.name(64), "tidegate-demo", "Our name at the sandbox provider.");
  static final Key<String> IDENTITY_ISSUER =
      key("identity.issuer", Kinds.name(512), "tidegate", "The only accepted iss of tokens.");
  static final Key<String> IDENTITY_AUDIENCE =
      key("identity.audience", Kinds.name(512), "tidegate", "Must be among a token's aud.");
  static final Key<String> IDENTITY_JWKS_URL =
      key(
          "identity.jwks-url",
          Kinds.webAddress(),
          "",
          "Where an external issuer publishes its keys; empty: our own keys sign.");
  static final Key<Secret> CONSOLE_PASSWORD =
      key(
          "console.password",
          Kinds.secret(8),
          "",
          Key.Shown.NOTHING,
          "Password of the console's first member of staff; empty: made once.");
  static final Key<LogLevel> LOG_LEVEL =
      key("log.level", Kinds.oneOf(LogLevel.class), "info", "What is written to the log file.");
  static final Key<Set<Role>> NODE_ROLE =
      key(
          "node.role",
          Kinds.someOf(Role.class),
          "api,relay,consumers,flash,console,reports",
          "What this node does.");

  private Keys() {}

  private static <T> Key<T> key(String name, Kind<T> kind, String byDefault, String meaning) {
    return key(name, kind, byDefault, Key.Shown.WHOLE, meaning);
  }

  private static <T> Key<T> key(
      String name, Kind<T> kind, String byDefault, Key.Shown shown, String meaning) {
    Key<T> key = new Key<>(name, kind, byDefault, shown, meaning);
    TABLE.add(key);
    return key;
  }

  /** All keys, in the order in which they are shown. */
  static List<Key<?>> all() {
    return List.copyOf(TABLE);
  }

  static Optional<Key<?>> named(String name) {
    return all().stream().filter(key -> key.name().equals(name)).findFirst();
  }

  /** The error for a name that is no key, with the key that was probably meant. */
  static String unknown(String name) {
    Key<?> nearest = TABLE.getFirst();
    int least = Integer.MAX_VALUE;
    for (Key<?> key : TABLE) {
      int edits = edits(name, key.name());
      if (edits < least) {
        least = edits;
        nearest = key;
      }
    }
    String line = "unknown key \"" + Problems.shortened(name) + "\"";
    return least <= SUGGESTION_EDITS_MAX ? line + "; did you mean " + nearest.name() + "?" : line;
  }

  /** Letters to put in, take out or change until one text is the other. */
  private static int edits(String a, String b) {
    if (Math.abs(a.length() - b.length()) > SUGGESTION_EDITS_MAX) {
      return Integer.MAX_VALUE;
    }
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, 1 + Math.min(row[j - 1], above[j]));
      }
      above = row;
    }
    return above[b.length()];
  }
}
