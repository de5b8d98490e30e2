package io.tidegate.server.config;

import io.tidegate.shop.aftersales.RefundPolicy;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The table of all keys. What isn't here, in {@link ProviderKeys} or {@link PartKeys} can't be set.
 */
final class Keys {
  private static final KeyTable TABLE = new KeyTable();
  private static final int SUGGESTION_EDITS_MAX = 3;

  /** Of so many letters one may be wrong: with more of them any short name is near any other. */
  private static final int LETTERS_AN_EDIT = 4;

  static final Key<String> HTTP_HOST =
      TABLE.key("http.host", Kinds.host(), "127.0.0.1", "Address that the API listens on.");
  static final Key<Integer> HTTP_PORT =
      TABLE.key(
          "http.port", Kinds.whole(0, 65_535), "8080", "Port of the API; 0 takes a free one.");
  static final Key<Integer> HTTP_LIMIT_PER_USER =
      TABLE.key(
          "http.limit-per-user",
          Kinds.whole(0, 1_000_000_000),
          "1000",
          "Requests of one user in 10 s, and 50 times as many of one address without a token;"
              + " 0: no limit.");
  static final Key<Integer> HTTP_CONCURRENCY_MAX =
      TABLE.key(
          "http.concurrency-max",
          Kinds.whole(1, 100_000),
          "4096",
          "Requests in flight, without orders that are placed, which have half as many places of"
              + " their own; one more is answered 503 at once.");
  static final Key<JdbcUrl> DB_URL =
      TABLE.key(
          "db.url",
          Kinds.jdbcUrl(),
          "",
          Key.Shown.WITHOUT_PASSWORD,
          "PostgreSQL 17 or newer; empty: the embedded one.");
  static final Key<Integer> DB_WRITE_CONNECTIONS_MAX =
      TABLE.key(
          "db.write-connections-max",
          Kinds.whole(2, 500),
          "20",
          "Database sessions for lanes, consumers and other writers.");
  static final Key<Integer> DB_READ_CONNECTIONS_MAX =
      TABLE.key(
          "db.read-connections-max", Kinds.whole(1, 500), "16", "Database sessions for queries.");
  static final Key<Long> DISK_FREE_MIN =
      TABLE.key(
          "disk.free-min",
          Kinds.bytes(0, 1L << 40),
          "256MiB",
          "The start is refused with less free space in the data directory.");
  static final Key<String> ROCKETMQ_NAMESRV =
      TABLE.key(
          "rocketmq.namesrv",
          Kinds.nameServers(),
          "",
          "RocketMQ's name servers; empty: the embedded broker.");
  static final Key<String> ROCKETMQ_TOPIC_PREFIX =
      TABLE.key(
          "rocketmq.topic-prefix",
          Kinds.topicPrefix(32),
          "tidegate-",
          "What topics and groups begin with, where several systems share a RocketMQ.");
  static final Key<Duration> EVENTS_KEPT =
      TABLE.key(
          "events.kept",
          Kinds.duration(Duration.ZERO, Duration.ofDays(36_500)),
          "0s",
          "How long events stay in the log at least, once every consumer has passed them. 0s: for"
              + " ever, so that audit --full and a consumer that joins late begin at the first.");
  static final Key<Boolean> DEMO =
      TABLE.key(
          "demo",
          Kinds.yesOrNo(),
          "",
          "Demo goods, sandbox provider and simulators. By default only where http.host is"
              + " loopback.");
  static final Key<Integer> DEMO_SKUS =
      TABLE.key(
          "demo.skus",
          Kinds.whole(0, 10_000_000),
          "0",
          "SKUs of the demo; 0: the hand-made goods.");
  static final Key<ZoneId> BUSINESS_ZONE =
      TABLE.key(
          "business.zone",
          Kinds.zone(),
          "Asia/Shanghai",
          "Zone that cuts days in statements and reports.");
  static final Key<Duration> ORDER_PAY_WINDOW =
      TABLE.key(
          "order.pay-window",
          Kinds.duration(Duration.ofSeconds(1), Duration.ofDays(90)),
          "24h",
          "How long an order waits for its payment until it is closed.");
  static final Key<Duration> ORDER_COMPLETE_AFTER =
      TABLE.key(
          "order.complete-after",
          Kinds.duration(Duration.ofSeconds(1), Duration.ofDays(365)),
          "10d",
          "How long after shipping an order completes by itself.");
  static final Key<Integer> ORDERS_KEPT =
      TABLE.key(
          "orders.kept",
          Kinds.whole(0, 1_200),
          "0",
          "Months of orders that stay in the database, at least 3; older ones leave for files once"
              + " every order of them is at its end. 0: none leaves by itself.");
  static final Key<Duration> ORDERS_DETACHED_KEPT =
      TABLE.key(
          "orders.detached-kept",
          Kinds.duration(Duration.ZERO, Duration.ofDays(3_650)),
          "7d",
          "How long the tables of a month that has left stay, detached, before they are dropped.");
  static final Key<Duration> FULFILMENT_WAREHOUSE_POLL =
      TABLE.key(
          "fulfilment.warehouse-poll",
          Kinds.duration(Duration.ZERO, Duration.ofDays(1)),
          "0s",
          "Between two looks at how far a warehouse is with a parcel. 0s: 1m; with demo=true"
              + " 1500ms.");
  static final Key<Duration> FULFILMENT_CARRIER_POLL =
      TABLE.key(
          "fulfilment.carrier-poll",
          Kinds.duration(Duration.ZERO, Duration.ofDays(1)),
          "0s",
          "Between two looks at a carrier's tracking of a parcel. 0s: 15m; with demo=true 2s.");
  static final Key<Integer> LANE_PER_SECOND_MAX =
      TABLE.key(
          "lane.per-second-max",
          Kinds.whole(0, 10_000_000),
          "0",
          "Orders placed in a second; more are answered 503. 0: no limit.");
  static final Key<Duration> FLASH_WARM_BEFORE =
      TABLE.key(
          "flash.warm-before",
          Kinds.duration(Duration.ofSeconds(1), Duration.ofDays(7)),
          "5m",
          "How long before its start a flash sale's goods are taken out of the normal stock.");
  static final Key<Integer> FLASH_QUEUE_MAX =
      TABLE.key(
          "flash.queue-max",
          Kinds.whole(1, 1_000_000),
          "4096",
          "Orders of flash sales that may wait at this node; one more is answered 503.");
  static final Key<Integer> FLASH_PER_SECOND_MAX =
      TABLE.key(
          "flash.per-second-max",
          Kinds.whole(0, 10_000_000),
          "0",
          "Orders of flash sales that this node writes in a second. 0: no limit.");
  static final Key<Integer> FLASH_MARGIN =
      TABLE.key(
          "flash.margin",
          Kinds.whole(0, 100_000),
          "16",
          "How many more than can still be sold a flash sale's gate lets through.");
  static final Key<Duration> FLASH_ANSWER_WITHIN =
      TABLE.key(
          "flash.answer-within",
          Kinds.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
          "1s",
          "How long an order of a flash sale waits for its answer before it gets a ticket"
              + " instead.");
  static final Key<Integer> FLASH_CONCURRENCY_MAX =
      TABLE.key(
          "flash.concurrency-max",
          Kinds.whole(1, 100_000),
          "1024",
          "Orders of flash sales in flight at this node; one more is answered 503 at once.");
  static final Key<Integer> FLASH_CONNECTIONS =
      TABLE.key(
          "flash.connections",
          Kinds.whole(2, 100),
          "4",
          "Database sessions that only flash sales use.");
  static final Key<Integer> FLASH_LIMIT_PER_USER =
      TABLE.key(
          "flash.limit-per-user",
          Kinds.whole(0, 1_000_000_000),
          "30",
          "Requests of one user to a flash sale in 10 s; 0: no limit.");
  static final Key<Integer> FLASH_LIMIT_PER_ADDRESS =
      TABLE.key(
          "flash.limit-per-address",
          Kinds.whole(0, 1_000_000_000),
          "0",
          "Requests of one address to a flash sale in 10 s; 0: no limit.");
  static final Key<Duration> FLASH_TOKEN_LEAD =
      TABLE.key(
          "flash.token-lead",
          Kinds.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
          "10m",
          "How long before a flash sale's start purchase tokens are issued.");
  static final Key<Integer> POINTS_VALUE =
      TABLE.key(
          "points.value",
          Kinds.whole(1, 1_000_000),
          "1",
          "What one point pays, in fen, when a customer spends points.");
  static final Key<Integer> POINTS_SHARE_MAX_PERCENT =
      TABLE.key(
          "points.share-max-percent",
          Kinds.whole(0, 100),
          "50",
          "How much of the goods' value points may pay, in percent; 0: none.");
  static final Key<List<Duration>> REFUND_CHECK_AFTER =
      TABLE.key(
          "refund.check-after",
          Kinds.durations(Duration.ofMillis(100), Duration.ofDays(365), 10),
          "1m,1h,24h",
          "When a provider is asked whether a refund that succeeded still stands.");
  static final Key<Integer> RECONCILIATION_HOUR =
      TABLE.key(
          "reconciliation.hour",
          Kinds.whole(0, 23),
          "10",
          "From this hour of business.zone on, yesterday's statements are fetched and matched.");
  static final Key<Integer> APPROVAL_ABOVE =
      TABLE.key(
          "aftersales.approval-above",
          Kinds.whole(0, 2_000_000_000),
          "500000",
          "Refunds of more than this, in fen, need two people, and so does each decision about"
              + " one.");
  static final Key<RefundPolicy.SpentPerks> SPENT_PERKS =
      TABLE.key(
          "aftersales.spent-perks",
          Kinds.oneOf(RefundPolicy.SpentPerks.class),
          "deduct",
          "What a refund does where perks that its order brought are spent: deduct takes their"
              + " worth off the amount, debt keeps it as debt, which later grants pay.");
  static final Key<Duration> RETURN_WINDOW =
      TABLE.key(
          "aftersales.return-window",
          Kinds.duration(Duration.ofMinutes(1), Duration.ofDays(3_650)),
          "30d",
          "How long after their delivery (their shipping, where nobody told of a delivery) goods"
              + " are taken back.");
  static final Key<String> SIMULATORS_URL =
      TABLE.key(
          "simulators.url",
          Kinds.webAddress(),
          "",
          "Simulators of another node; empty: a child of this one while demo=true.");
  static final Key<Secret> SANDBOX_SECRET =
      TABLE.key(
          "sandbox.secret",
          Kinds.secret(8),
          "",
          Key.Shown.NOTHING,
          "Signs what the sandbox provider and we say to each other; empty: made once.");
  static final Key<String> SANDBOX_MERCHANT =
      TABLE.key(
          "sandbox.merchant", Kinds.name(64), "tidegate-demo", "Our name at the sandbox provider.");

  // These are shown here, among the others.
  static {
    TABLE.add(ProviderKeys.all());
  }

  static final Key<String> IDENTITY_ISSUER =
      TABLE.key("identity.issuer", Kinds.name(512), "tidegate", "The only accepted iss of tokens.");
  static final Key<String> IDENTITY_AUDIENCE =
      TABLE.key("identity.audience", Kinds.name(512), "tidegate", "Must be among a token's aud.");
  static final Key<String> IDENTITY_JWKS_URL =
      TABLE.key(
          "identity.jwks-url",
          Kinds.webAddress(),
          "",
          "Where an external issuer publishes its keys; empty: our own keys sign.");
  static final Key<Secret> CONSOLE_PASSWORD =
      TABLE.key(
          "console.password",
          Kinds.secret(8),
          "",
          Key.Shown.NOTHING,
          "Password of the console's first member of staff; empty: made once.");
  static final Key<LogLevel> LOG_LEVEL =
      TABLE.key(
          "log.level", Kinds.oneOf(LogLevel.class), "info", "What is written to the log file.");
  static final Key<Set<Role>> NODE_ROLE =
      TABLE.key(
          "node.role",
          Kinds.someOf(Role.class),
          "api,relay,consumers,flash,console,reports",
          "What this node does; reports alone: the process of the reports and nothing else.");
  static final Key<String> LAKE_DIR =
      TABLE.key(
          "lake.dir",
          Kinds.folder(1_024),
          "",
          "Folder of the lake's Parquet files; empty: lake in the data directory.");
  static final Key<String> LAKE_S3_ENDPOINT =
      TABLE.key(
          "lake.s3.endpoint",
          Kinds.webAddress(),
          "",
          "S3-compatible store that the lake's files are copied to; empty: none.");
  static final Key<String> LAKE_S3_REGION =
      TABLE.key("lake.s3.region", Kinds.name(64), "us-east-1", "Region of the lake's store.");
  static final Key<String> LAKE_S3_BUCKET =
      TABLE.key("lake.s3.bucket", Kinds.nameOrNone(63), "", "Bucket of the lake's store.");
  static final Key<Secret> LAKE_S3_ACCESS_KEY =
      TABLE.key(
          "lake.s3.access-key",
          Kinds.secret(1),
          "",
          Key.Shown.NOTHING,
          "Who we are at the lake's store.");
  static final Key<Secret> LAKE_S3_SECRET_KEY =
      TABLE.key(
          "lake.s3.secret-key",
          Kinds.secret(1),
          "",
          Key.Shown.NOTHING,
          "Signs what we ask of the lake's store.");
  static final Key<String> REPORTS_URL =
      TABLE.key(
          "reports.url",
          Kinds.webAddress(),
          "",
          "Reports process of another node; empty: a child of this one, where node.role has"
              + " reports.");
  static final Key<Long> REPORTS_MEMORY =
      TABLE.key(
          "reports.memory",
          Kinds.bytes(64L << 20, 1L << 40),
          "512MiB",
          "What DuckDB takes at most in the reports process.");
  static final Key<Integer> REPORTS_THREADS =
      TABLE.key(
          "reports.threads", Kinds.whole(1, 256), "1", "Threads of DuckDB in the reports process.");
  static final Key<String> OTEL_ENDPOINT =
      TABLE.key(
          "otel.endpoint",
          Kinds.webAddress(),
          "",
          "Collector of traces, OTLP over HTTP, such as http://127.0.0.1:4318; empty: nobody is"
              + " told.");
  static final Key<Double> OTEL_SAMPLE_RATIO =
      TABLE.key(
          "otel.sample-ratio",
          Kinds.share(),
          "0.01",
          "Share of the traces that begin here which are told; a caller's own are as it says.");
  static final Key<Duration> OTEL_TIMEOUT =
      TABLE.key(
          "otel.timeout",
          Kinds.duration(Duration.ofMillis(100), Duration.ofMinutes(1)),
          "5s",
          "How long the collector may take for a batch of spans, which is dropped then.");
  static final Key<Boolean> WEBHOOKS_ALLOW_PRIVATE =
      TABLE.key(
          "webhooks.allow-private",
          Kinds.yesOrNo(),
          "false",
          "Whether webhooks may go to addresses that are not public, and to any without TLS.");

  static {
    TABLE.add(PartKeys.all());
  }

  private Keys() {}

  /** All keys, in the order in which they are shown. */
  static List<Key<?>> all() {
    return TABLE.all();
  }

  static Optional<Key<?>> named(String name) {
    return all().stream().filter(key -> key.name().equals(name)).findFirst();
  }

  /** The error for a name that is no key, with the key that was probably meant. */
  static String unknown(String name) {
    Key<?> nearest = all().getFirst();
    int least = Integer.MAX_VALUE;
    for (Key<?> key : all()) {
      int edits = edits(name, key.name());
      if (edits < least) {
        least = edits;
        nearest = key;
      }
    }
    String line = "unknown key \"" + Problems.shortened(name) + "\"";
    int edits = Math.min(SUGGESTION_EDITS_MAX, name.length() / LETTERS_AN_EDIT);
    return least <= edits ? line + "; did you mean " + nearest.name() + "?" : line;
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
