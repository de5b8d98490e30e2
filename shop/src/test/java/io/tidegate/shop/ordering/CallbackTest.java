package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.http.Outbound;
import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.platform.http.Twins;
import io.tidegate.shop.ordering.PlaceOrder.Line;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.NoticeJournal;
import io.tidegate.shop.payment.NoticeStore;
import io.tidegate.shop.payment.SandboxClient;
import io.tidegate.shop.testing.ShopServer;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a provider tells at the route where it tells it: only what is the provider's own, fresh and
 * fitting changes a row, and the provider hears "success" once that is committed.
 */
class CallbackTest {

  private static final String PATH = "/v1/callbacks/sandbox";
  private static final String SECRET = "what this shop and its provider share";
  private static final String MERCHANT = "this-shop";
  private static final String ORDER_OF_NOBODY = "383063485862551552";
  private static final int HELD_ROUNDS = 10;

  private static final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private static TestNode shop;
  private static Outbound outbound;
  private static NoticeJournal journal;
  private static ShopServer server;
  private static Attempt unpaid;
  private static Attempt elsewhere;

  @BeforeAll
  static void open() {
    shop = TestNode.alone();
    shop.goods("A", 1_000, 1_000_000);
    outbound = new Outbound(new SimpleMeterRegistry());
    SandboxClient sandbox =
        new SandboxClient(
            outbound.to(OutboundSettings.of("sandbox", URI.create("http://127.0.0.1:9"))),
            SECRET.getBytes(StandardCharsets.UTF_8),
            MERCHANT,
            () -> "",
            InstantSource.system());
    journal = new NoticeJournal(new NoticeStore(shop.database), meters);
    server =
        new ShopServer(
            new PaymentRoutes(
                shop.orders,
                shop.payments,
                shop.refunds,
                Map.of(SandboxClient.NAME, sandbox),
                Twins.standard(),
                InstantSource.system(),
                meters,
                journal,
                ArchivedOrders.NONE));
    unpaid = shop.opened(shop.placed(new Line("A", 2)));
    elsewhere = shop.opened(shop.placed(new Line("A", 2)));
    shop.run(
        "update payment.attempt set provider = 'alipay' where order_number = "
            + elsewhere.id().order());
  }

  @AfterEach
  void check() {
    shop.checkPromises();
  }

  @AfterAll
  static void close() {
    server.close();
    journal.close();
    outbound.close();
    shop.close();
  }

  /**
   * A notice as it is sent.
   *
   * @param timestamp and signature: empty for none
   */
  record Notice(String says, String path, String body, String timestamp, String signature) {

    /** A right one: signed now. */
    static Notice of(String says, String body) {
      return of(says, body, 0);
    }

    static Notice of(String says, String body, long secondsOff) {
      String timestamp = Long.toString(Instant.now().getEpochSecond() + secondsOff);
      return new Notice(says, PATH, body, timestamp, sign(SECRET, timestamp + "." + body));
    }

    Notice to(String another) {
      return new Notice(says, another, body, timestamp, signature);
    }

    Notice saying(String another) {
      return new Notice(says, path, another, timestamp, signature);
    }

    Notice at(String another) {
      return new Notice(says, path, body, another, signature);
    }

    Notice signed(String another) {
      return new Notice(says, path, body, timestamp, another);
    }

    @Override
    public String toString() {
      return says;
    }
  }

  record Case(Notice notice, int status) {
    @Override
    public String toString() {
      return notice.says();
    }
  }

  static Stream<Case> wrong() {
    String right = captured(unpaid);
    String id = unpaid.id().toString();
    Notice good = Notice.of("", right);
    String later = Long.toString(Instant.now().getEpochSecond() + 1);
    return Stream.of(
        bad(Notice.of("no signature", right).signed("")),
        bad(Notice.of("no timestamp", right).at("")),
        bad(Notice.of("a signature of nonsense", right).signed("00")),
        bad(
            Notice.of("another's secret", right)
                .signed(sign("x" + SECRET, good.timestamp() + "." + right))),
        bad(Notice.of("the body alone is signed", right).signed(sign(SECRET, right))),
        bad(Notice.of("another amount than was signed", right).saying(right.replace("20", "21"))),
        bad(Notice.of("another payment than was signed", captured(elsewhere)).saying(right)),
        bad(Notice.of("another time than was signed", right).at(later)),
        bad(Notice.of("six minutes old", right, -360)),
        bad(Notice.of("of six minutes from now", right, 360)),
        bad(Notice.of("a time that is none", right).at("now").signed(sign(SECRET, "now." + right))),
        bad(
            Notice.of(
                "a failure at another merchant",
                right.replace("captured", "failed").replace(MERCHANT, "that-shop"))),
        bad(Notice.of("no merchant", right.replace("merchant", "seller"))),
        bad(Notice.of("a type that is not known", right.replace("captured", "promised"))),
        bad(Notice.of("a payment that is none", right.replace(id, "1"))),
        bad(Notice.of("no JSON", right.substring(1))),
        bad(Notice.of("no amount", right.replace("amount", "sum"))),
        bad(Notice.of("nothing paid", right.replace(":2000", ":0"))),
        bad(Notice.of("less than nothing paid", right.replace(":2000", ":-2000"))),
        bad(Notice.of("a part of a fen", right.replace(":2000", ":2000.5"))),
        bad(Notice.of("an amount in words", right.replace(":2000", ":\"2000\""))),
        bad(Notice.of("no transaction", right.replace("transaction", "trade"))),
        bad(Notice.of("no currency", right.replace("currency", "money"))),
        bad(Notice.of("no time of payment", right.replace("capturedAt", "at"))),
        lost(Notice.of("an order that is not there", right.replace(id, ORDER_OF_NOBODY + "p1"))),
        lost(Notice.of("a payment that is not there", right.replace(id, id + "9"))),
        lost(Notice.of("a payment at another provider", captured(elsewhere))),
        lost(
            Notice.of(
                "another merchant, and an order that is not there",
                right.replace(MERCHANT, "that-shop").replace(id, ORDER_OF_NOBODY + "p1"))),
        lost(
            Notice.of(
                "a failure of a payment that is not there",
                right.replace("captured", "failed").replace(id, ORDER_OF_NOBODY + "p1"))),
        lost(Notice.of("a provider that the shop has not", right).to("/v1/callbacks/alipay")));
  }

  private static Case bad(Notice notice) {
    return new Case(notice, 400);
  }

  /** What it tells of may become visible yet: the provider comes again (E6). */
  private static Case lost(Notice notice) {
    return new Case(notice, 404);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void whatDoesNotFitChangesNoRow(Case wrong) {
    Map<String, String> before = rows();

    HttpResponse<String> answer = send(wrong.notice());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(wrong.status());
    assertThat(answer.body()).doesNotContain("success");
    assertThat(rows()).isEqualTo(before);
  }

  @Test
  void theOneThatFitsPaysOnce() {
    Attempt attempt = shop.opened(shop.placed(new Line("A", 2)));
    Map<String, String> before = rows();

    HttpResponse<String> answer = send(Notice.of("right", captured(attempt)));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("success");
    assertThat(status(attempt)).isEqualTo(Status.AWAITING_SHIPMENT);
    Map<String, String> after = rows();
    assertThat(after).isNotEqualTo(before); // so these rows would have shown a change above, too
    assertThat(send(Notice.of("the same again", captured(attempt))).body()).isEqualTo("success");
    assertThat(rows()).isEqualTo(after);
  }

  @ParameterizedTest
  @CsvSource({"1999, CNY", "2001, CNY", "2000, USD"})
  void anotherAmountOrCurrencyIsParkedAndPaysNothing(long amount, String currency) {
    Attempt attempt = shop.opened(shop.placed(new Line("A", 2)));
    Map<String, String> before = rows();
    String body = captured(attempt).replace(":2000", ":" + amount).replace("CNY", currency);

    assertThat(send(Notice.of("wrong", body)).body()).isEqualTo("success");

    assertThat(status(attempt)).isEqualTo(Status.AWAITING_PAYMENT);
    assertThat(shop.payments.attempts(attempt.id().order()).getFirst().state())
        .isEqualTo(Attempt.State.PARKED);
    assertThat(
            shop.texts(
                "select verdict || ' ' || amount || ' ' || currency from payment.capture where"
                    + " order_number = "
                    + attempt.id().order()))
        .containsExactly(Capture.Verdict.PARKED.code() + " " + amount + " " + currency);
    Map<String, String> after = rows();
    before
        .keySet()
        .removeIf(table -> table.startsWith("payment.") || table.startsWith("messaging."));
    assertThat(after).as("orders and stock are as they were").containsAllEntriesOf(before);
    assertThat(send(Notice.of("again", body)).body()).isEqualTo("success");
    assertThat(rows()).isEqualTo(after);
  }

  /** M3, in whatever state the order is; the payment itself goes on at our own account. */
  @ParameterizedTest
  @ValueSource(strings = {"unpaid", "paid", "cancelled"})
  void moneyForAnotherMerchantIsParkedAndPaysNothing(String state) {
    Attempt attempt = shop.opened(shop.placed(new Line("A", 2)));
    Order order = shop.orders.find(attempt.id().order()).orElseThrow();
    switch (state) {
      case "paid" -> send(Notice.of("right", captured(attempt)));
      case "cancelled" -> shop.cancel(order);
      default -> {}
    }
    Status before = status(attempt);
    Attempt.State attempted = shop.payments.attempts(order.number()).getFirst().state();
    String body = captured(attempt).replace(MERCHANT, "that-shop").replace("\"T", "\"X");

    assertThat(send(Notice.of("another merchant", body)).body()).isEqualTo("success");

    assertThat(status(attempt)).isEqualTo(before);
    assertThat(shop.payments.attempts(order.number()).getFirst().state()).isEqualTo(attempted);
    String parked =
        "select transaction from payment.capture where verdict = %d and order_number = %s"
            .formatted(Capture.Verdict.PARKED.code(), order.number());
    assertThat(shop.texts(parked)).containsExactly("X" + attempt.id());
    assertThat(
            shop.number(
                "select count(*) from messaging.log where type = 'payment.parked.v1' and key = "
                    + order.number()))
        .isEqualTo(1);
    assertThat(shop.refunds.refunds(order.number())).isEmpty();
    Map<String, String> after = rows();
    assertThat(send(Notice.of("again", body)).body()).isEqualTo("success");
    assertThat(rows()).isEqualTo(after);
    if (state.equals("unpaid")) {
      send(Notice.of("and ours", captured(attempt)));
      assertThat(status(attempt)).isEqualTo(Status.AWAITING_SHIPMENT);
    }
  }

  @Test
  void refusedNoticesAreCountedByKind() {
    Notice forged = Notice.of("forged", captured(unpaid)).signed("00");
    for (int i = 0; i < 3; i++) {
      send(forged);
    }
    assertThat(
            meters
                .get("tidegate.callbacks.refused")
                .tags("sender", "sandbox", "why", "wrong signature")
                .counter()
                .count())
        .isGreaterThanOrEqualTo(3);
  }

  /** The COMMIT itself waits, after all statements: nothing is answered until it has ended. */
  @Test
  void successIsToldAfterTheCommit() throws Exception {
    beforeCommits("perform pg_advisory_xact_lock(7)");
    // Closed the other way round: what waits is let go before anybody waits for it.
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        Connection holder = DriverManager.getConnection(shop.url);
        Statement hold = holder.createStatement()) {
      for (int round = 0; round < HELD_ROUNDS; round++) {
        Attempt attempt = shop.opened(shop.placed(new Line("A", 2)));
        hold.execute("select pg_advisory_lock(7)");
        CompletableFuture<String> answer =
            CompletableFuture.supplyAsync(
                () -> send(Notice.of("right", captured(attempt))).body(), threads);
        await().until(() -> shop.number(COMMITS_THAT_WAIT) == 1);

        send(Notice.of("another answer has its time to come", "{}"));
        assertThat(answer).isNotDone();
        assertThat(status(attempt)).isEqualTo(Status.AWAITING_PAYMENT);

        hold.execute("select pg_advisory_unlock(7)");
        assertThat(answer.get()).isEqualTo("success");
        assertThat(status(attempt)).isEqualTo(Status.AWAITING_SHIPMENT);
      }
    } finally {
      execute("drop function held cascade");
    }
  }

  private static final String COMMITS_THAT_WAIT =
      "select count(*) from pg_stat_activity where datname = current_database()"
          + " and wait_event = 'advisory' and query ~ '^\\s*commit$'";

  @Test
  void aCommitThatFailsIsToldAsAFailureAndTheSameNoticePaysLater() throws Exception {
    Attempt attempt = shop.opened(shop.placed(new Line("A", 2)));
    Notice notice = Notice.of("right", captured(attempt));
    Map<String, String> before = rows();
    beforeCommits("raise exception 'no'");
    try {
      HttpResponse<String> answer = send(notice);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).isEqualTo("fail");
      assertThat(rows()).isEqualTo(before);
    } finally {
      execute("drop function held cascade");
    }

    assertThat(send(notice).body()).isEqualTo("success");
    assertThat(status(attempt)).isEqualTo(Status.AWAITING_SHIPMENT);
  }

  /** From now on each COMMIT that has changed stock does this first. */
  private static void beforeCommits(String statement) throws SQLException {
    execute(
        "create function held() returns trigger language plpgsql as $$ begin "
            + statement
            + "; return null; end $$");
    execute(
        "create constraint trigger held after update on inventory.stock"
            + " deferrable initially deferred for each row execute function held()");
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(shop.url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** All rows of all tables, each with the transaction that wrote it, as a hash for each table. */
  private static Map<String, String> rows() {
    // A transaction that changed nothing leaves its mark all the same, and what came is kept.
    String tables =
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid ="
            + " c.relnamespace where c.relkind = 'r' and n.nspname not in ('pg_catalog',"
            + " 'information_schema') and c.oid not in ('db.commit_mark'::regclass,"
            + " 'payment.notice'::regclass, 'payment.notice_rejected'::regclass) order by 1";
    Map<String, String> rows = new TreeMap<>();
    for (String table : shop.texts(tables)) {
      String hash =
          "select count(*) || ' ' || coalesce(md5(string_agg(r.xmin || r::text, ',' order by"
              + " r::text)), '') from %s r";
      rows.put(table, shop.texts(hash.formatted(table)).getFirst());
    }
    return rows;
  }

  private static Status status(Attempt attempt) {
    return shop.orders.find(attempt.id().order()).orElseThrow().status();
  }

  private static String captured(Attempt attempt) {
    return """
    {"type":"payment.captured","merchant":"%s","payment":"%s","transaction":"T%s",\
    "amount":2000,"currency":"CNY","capturedAt":"2026-11-22T12:00:00Z"}\
    """
        .formatted(MERCHANT, attempt.id(), attempt.id());
  }

  private static HttpResponse<String> send(Notice notice) {
    Map<String, String> headers = new TreeMap<>();
    if (!notice.timestamp().isEmpty()) {
      headers.put("Sandbox-Timestamp", notice.timestamp());
    }
    if (!notice.signature().isEmpty()) {
      headers.put("Sandbox-Signature", notice.signature());
    }
    return server.send(
        42,
        "POST",
        notice.path(),
        notice.body(),
        headers.entrySet().stream()
            .flatMap(header -> Stream.of(header.getKey(), header.getValue()))
            .toArray(String[]::new));
  }

  private static String sign(String secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
