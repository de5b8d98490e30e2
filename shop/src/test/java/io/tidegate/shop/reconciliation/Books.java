package io.tidegate.shop.reconciliation;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.aftersales.RefundCaseStore;
import io.tidegate.shop.aftersales.RefundDesk;
import io.tidegate.shop.aftersales.RefundGround;
import io.tidegate.shop.aftersales.RefundPolicy;
import io.tidegate.shop.aftersales.RefundService;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.effects.EffectService;
import io.tidegate.shop.effects.PerksBack;
import io.tidegate.shop.fulfilment.FulfilmentSettings;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.OrderNumbers;
import io.tidegate.shop.notification.MessageStore;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.ordering.TariffBook;
import io.tidegate.shop.payment.FakeProvider;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.RefundChecks;
import io.tidegate.shop.payment.RefundInquiry;
import io.tidegate.shop.payment.RefundStore;
import io.tidegate.shop.payment.StatementLine;
import io.tidegate.shop.payment.StatementSource;
import io.tidegate.shop.points.PointsSpending;
import io.tidegate.shop.testing.ShopDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Two books: ours in a database, and a provider's statements, which a test writes. */
@NullMarked
final class Books implements StatementSource, AutoCloseable {

  static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  static final String PROVIDER = FakeProvider.NAME;

  final ShopDatabase shop = new ShopDatabase();
  final FakeProvider provider = new FakeProvider();
  final EventLog log;
  final PaymentStore payments;
  final OrderService orders;
  final ReconciliationService service;
  final DifferenceDesk desk;
  private final RefundService cases;
  final AtomicInteger refundsDue = new AtomicInteger();
  final LocalDate today;
  private final Map<LocalDate, List<StatementLine>> statements = new HashMap<>();
  private @Nullable String trouble;
  private int seq;

  Books() {
    Database database = shop.database();
    log = new EventLog(database);
    payments = new PaymentStore(database);
    Instant now = database.now();
    today = now.atZone(ZONE).toLocalDate();
    log.partitions();
    payments.preparePartitions(now);
    OrderService.preparePartitions(database, now);
    orders =
        new OrderService(
            new OrderService.Ground(
                database,
                log,
                () -> {},
                TariffBook.of(database),
                new ConsigneeStore(database),
                payments,
                Map.of(PROVIDER, provider),
                new OrderNumbers(Clock.system(), 0, () -> true),
                () -> "",
                new SimpleMeterRegistry()),
            new OrderService.Settings(Duration.ofMinutes(30), Duration.ofDays(10), 0));
    service =
        new ReconciliationService(
            new ReconciliationService.Ground(
                database, Set.of(PROVIDER), Map.of(PROVIDER, this), ZONE));
    RefundCaseStore.preparePartitions(database, now);
    RefundGround ground =
        new RefundGround(
            database,
            log,
            () -> {},
            new PerksBack(EffectService.Rules.DEFAULT, PointsSpending.DEFAULT),
            new FulfilmentStore(
                database, Warehouses.demo(), FulfilmentSettings.demo(), (_, _) -> {}),
            () -> {},
            new MessageStore(database),
            RefundPolicy.DEFAULT,
            Duration.ofDays(10));
    cases = new RefundService(ground, new SimpleMeterRegistry());
    desk =
        new DifferenceDesk(
            new DifferenceDesk.Ground(
                database,
                orders,
                payments,
                Map.of(PROVIDER, provider),
                cases,
                new RefundDesk(
                    ground,
                    cases,
                    new RefundStore(database),
                    new RefundInquiry(
                        database,
                        log,
                        () -> {},
                        Map.of(PROVIDER, provider),
                        () -> "",
                        RefundChecks.USUAL)),
                refundsDue::incrementAndGet),
            service);
  }

  @Override
  public String provider() {
    return PROVIDER;
  }

  /** What it says of a day; {@link #fails} has it break off after half of it. */
  @Override
  public void fetch(LocalDate day, ZoneId zone, Consumer<StatementLine> each) {
    List<StatementLine> lines = statements.getOrDefault(day, List.of());
    String why = trouble;
    if (why != null) {
      lines.subList(0, lines.size() / 2).forEach(each);
      throw new Unavailable(why);
    }
    lines.forEach(each);
  }

  void fails(@Nullable String why) {
    trouble = why;
  }

  /** An order's number that nobody has. */
  OrderNumber order() {
    seq++;
    return OrderNumber.of(System.currentTimeMillis() - 1_000, seq / 200, 0, seq % 200);
  }

  static Instant at(LocalDate day, String time) {
    return day.atTime(java.time.LocalTime.parse(time)).atZone(ZONE).toInstant();
  }

  /** They say so of that day. */
  StatementLine theirs(
      LocalDate day,
      StatementLine.Type type,
      String number,
      String transaction,
      long amount,
      Instant at) {
    StatementLine line = new StatementLine(type, number, transaction, Money.cny(amount), at);
    statements.computeIfAbsent(day, _ -> new ArrayList<>()).add(line);
    return line;
  }

  void forget(LocalDate day) {
    statements.remove(day);
  }

  void say(LocalDate day, Stream<StatementLine> lines) {
    statements.put(day, lines.toList());
  }

  /** A capture of the order's first attempt, by our book. */
  void captured(OrderNumber order, String transaction, long amount, Instant at, int verdict) {
    attempt(order, 4, amount);
    shop.run(
        ("insert into payment.capture (order_number, provider, transaction, attempt, amount,"
                + " currency, captured_at, recorded_at, verdict) values (%s, '%s', '%s', 1, %d,"
                + " 'CNY', '%s', '%s', %d)")
            .formatted(order, PROVIDER, transaction, amount, at, at, verdict));
  }

  void attempt(OrderNumber order, int state, long amount) {
    shop.run(
        ("insert into payment.attempt (order_number, seq, provider, state, version, amount,"
                + " currency, created_at, expires_at) values (%s, 1, '%s', %d, 1, %d, 'CNY',"
                + " now(), now())")
            .formatted(order, PROVIDER, state, amount));
  }

  /** The order's first refund, by our book; not back where no time is given. */
  void refunded(OrderNumber order, long amount, int state, @Nullable Instant at) {
    shop.run(
        ("insert into payment.refund (order_number, seq, provider, attempt, transaction, amount,"
                + " currency, reason, state, version, created_at, succeeded_at, next_try_at)"
                + " values (%s, 1, '%s', 1, 'T', %d, 'CNY', 2, %d, 3, now(), %s, %s)")
            .formatted(
                order,
                PROVIDER,
                amount,
                state,
                at == null ? "null" : "'" + at + "'",
                state <= 3 ? "now() + interval '1 hour'" : "null"));
  }

  /** An order that was cancelled. */
  void cancelled(OrderNumber order, long total) {
    shop.run(
        ("insert into ordering.orders (number, user_id, state, previous, version, region,"
                + " currency, items_total, discount_total, freight, total, pay_before, closed_at,"
                + " close_reason, items, history) values (%s, 42, 8, 1, 2, 330106, 'CNY', %d, 0, 0,"
                + " %d, now(), now(), 'why', '[1]', '')")
            .formatted(order, total, total));
  }

  ReconciliationService.Shown shown(LocalDate day) {
    return service.show(PROVIDER, day, 0, 1_000).orElseThrow();
  }

  /** What differs, in words: kind, number and state. */
  List<String> differences(LocalDate day) {
    return shown(day).differences().stream()
        .map(each ->
            each.kind().wire()
                + " "
                + each.number()
                + (each.resolved() == null ? "" : " " + each.resolved().how()))
        .sorted()
        .toList();
  }

  List<String> texts(String sql) {
    return shop.database().read(Sql.of(sql), row -> row.getString(1));
  }

  @Override
  public void close() {
    cases.close();
    orders.close();
    shop.close();
  }
}
