package io.tidegate.shop.aftersales;

import static io.tidegate.shop.aftersales.RefundShop.line;
import static io.tidegate.shop.aftersales.RefundShop.pieces;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.db.Questions;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.effects.EffectService;
import io.tidegate.shop.effects.GrantService;
import io.tidegate.shop.effects.OrderEffectsJson;
import io.tidegate.shop.fulfilment.ShipmentState;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.ArchiveRenderService;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderPageJson;
import io.tidegate.shop.ordering.OrderPartsJson;
import io.tidegate.shop.ordering.PlaceOrder;
import io.tidegate.shop.ordering.Placed;
import io.tidegate.shop.ordering.TestNode;
import io.tidegate.shop.payment.Attempt;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pages of many orders, which are read together. */
class OrderPagesTest {

  /** What only paid orders have. */
  private static final List<String> OF_PAID =
      List.of(
          "ordering.refunded_line",
          "points.entry",
          "marketing.coupon",
          "marketing.red_packet",
          "notification.message",
          "fulfilment.task",
          "fulfilment.shipment",
          "messaging.dead_letter",
          "aftersales.refund_case",
          "aftersales.return_case");

  private static final String READS =
      """
      select t.name || ' ' || coalesce(sum(s.calls), 0)
      from unnest(string_to_array('%s', ',')) as t(name)
      left join pg_stat_statements s on s.query ~ ('(from|join) ' || t.name || '\\M')
        and s.query not like '%%pg_stat_statements%%'
        and s.dbid = (select oid from pg_database where datname = current_database())
      group by t.name
      """;

  private RefundShop shop;

  @BeforeEach
  void open() {
    shop = new RefundShop();
    shop.goods("A", 10_000, 50);
    shop.goods("B", 2_500, 50);
    ReturnCaseStore.preparePartitions(shop.node.database, Instant.now());
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void ofManyCustomersOrdersEachPageHasItsOwn() throws Exception {
    List<Order> orders = ofManyCustomers();
    List<String> alone =
        orders.stream().map(order -> text(pages(effects()).detail(order))).toList();
    assertThat(alone.get(0)).contains("\"shipments\":[{", "\"refunds\":[]", "\"returns\":[]");
    assertThat(alone.get(1)).contains("\"refundedQuantity\":1", "\"refunds\":[{");
    assertThat(alone.get(2)).contains("\"state\":\"shipped\"");
    assertThat(alone.get(3)).contains("\"state\":\"delivered\"", "\"returns\":[{");
    assertThat(alone.get(4)).contains("\"state\":\"refunded\"", "\"state\":\"reversed\"");
    assertThat(alone.get(5)).contains("\"state\":\"awaiting_payment\"", "\"payments\":[]");
    assertThat(alone.get(6)).contains("\"state\":\"cancelled\"", "\"refunds\":[{");
    for (int i = 0; i < orders.size(); i++) {
      for (int other = 0; other < orders.size(); other++) {
        String name = address(orders.get(other).userId()).name();
        assertThat(alone.get(i).contains(name)).as(name).isEqualTo(i == other);
      }
    }
    assertThat(inOneBatch(orders)).isEqualTo(alone);
  }

  /** Paid, refunded in part, shipped, with a return, refunded, unpaid, and paid in vain. */
  private List<Order> ofManyCustomers() {
    Order paid = pay(placed(101, line("A", 1)));
    Order partly = pay(placed(102, line("B", 3)));
    Order shipped = pay(placed(103, line("A", 1), line("B", 1)));
    Order returned = pay(placed(104, line("A", 2)));
    Order refunded = pay(placed(105, line("A", 1), line("B", 2)));
    Order unpaid = placed(106, line("B", 1));
    Order late = placed(107, line("B", 4));
    Attempt attempt = shop.node.opened(late);
    shop.node.cancel(late);
    shop.node.capture(TestNode.money(attempt, "T" + late.number()));
    refund(partly, pieces(1, 1));
    refund(refunded);
    shop.move(shipped, shop.parcel(shipped), ShipmentState.SHIPPED);
    shop.move(returned, shop.parcel(returned), ShipmentState.DELIVERED);
    shop.settle();
    ReturnService returns = new ReturnService(shop.ground, shop.refunds, Duration.ofDays(30));
    assertThat(
            returns.request(
                new RequestReturn(
                    returned.number(),
                    returned.userId(),
                    List.of(new ReturnLine(1, 1)),
                    "too small",
                    List.of()),
                ReturnShop.key("one"),
                ""))
        .isInstanceOf(Outcome.Applied.class);
    return List.of(paid, partly, shipped, returned, refunded, unpaid, late).stream()
        .map(shop.node::find)
        .toList();
  }

  /** The row was read, then it was paid and refunded, and then its belongings were read. */
  @Test
  void aPageThatSaysUnpaidShowsNothingOfWhatIsPaid() throws Exception {
    Order unpaid = placed(101, line("A", 2));
    pay(unpaid);
    refund(unpaid, pieces(1, 1));
    shop.settle();
    Order now = shop.node.find(unpaid);
    List<String> texts = inOneBatch(List.of(unpaid, now));
    assertThat(texts.getFirst())
        .isEqualTo(text(pages(effects()).detail(unpaid)))
        .contains("\"state\":\"awaiting_payment\"", "\"effects\":[]", "\"shipments\":[]")
        .contains("\"refunds\":[]", "\"refundedQuantity\":0")
        .contains("\"refunded\":{\"amount\":0,")
        .doesNotContain("changed my mind");
    assertThat(texts.getLast())
        .isEqualTo(text(pages(effects()).detail(now)))
        .contains("\"refundedQuantity\":1", "changed my mind");
  }

  @Test
  void onlyPaidOrdersAreAskedForWhatOnlyTheyHave() {
    Order unpaid = placed(101, line("A", 1));
    Order paid = pay(placed(102, line("A", 1)));
    OrderPageJson pages = pages(effects());
    assertThat(reads(() -> pages.detail(unpaid)))
        .isEqualTo(Map.of("customer.consignee", 1L, "payment.attempt", 1L));
    Map<String, Long> each = new TreeMap<>();
    OF_PAID.forEach(table -> each.put(table, 1L));
    each.put("payment.attempt", 1L);
    each.put("customer.consignee", 1L);
    assertThat(reads(() -> pages.detail(paid))).isEqualTo(each);

    each.remove("customer.consignee");
    try (ArchiveRenderService archive =
        new ArchiveRenderService(shop.node.database, pages(effects()))) {
      long number = paid.number().value();
      assertThat(reads(() -> assertThat(archive.from(number, number + 1, 2)).hasSize(1)))
          .as("nobody is in the archive, so nobody is read")
          .isEqualTo(each);
    }
  }

  /** How often tables were read, of those that were. */
  private Map<String, Long> reads(Runnable reading) {
    Map<String, Long> before = reads();
    reading.run();
    Map<String, Long> since = new TreeMap<>();
    reads()
        .forEach((table, calls) -> {
          long more = calls - before.getOrDefault(table, 0L);
          if (more > 0) {
            since.put(table, more);
          }
        });
    return since;
  }

  private Map<String, Long> reads() {
    List<String> tables = new ArrayList<>(OF_PAID);
    tables.add("payment.attempt");
    tables.add("customer.consignee");
    Map<String, Long> reads = new TreeMap<>();
    for (String told : shop.node.texts(READS.formatted(String.join(",", tables)))) {
      String[] words = told.split(" ", 2);
      reads.put(words[0], Long.valueOf(words[1]));
    }
    return reads;
  }

  /** Pages that are read while two other batches are under way, and so in the next one. */
  private List<String> inOneBatch(List<Order> orders) throws Exception {
    HeldEffects effects = new HeldEffects(effects());
    OrderPageJson pages = pages(effects);
    List<Thread> readers = new ArrayList<>();
    for (int before = 1; before <= 2; before++) {
      int underWay = before;
      Order decoy = pay(placed(200, line("A", 1)));
      readers.add(Thread.ofPlatform().start(() -> pages.detail(decoy)));
      await().until(() -> effects.asked.size() == underWay);
    }
    List<FutureTask<String>> texts = new ArrayList<>();
    for (Order order : orders) {
      FutureTask<String> text = new FutureTask<>(() -> text(pages.detail(order)));
      texts.add(text);
      readers.add(Thread.ofPlatform().start(text));
    }
    await()
        .until(() ->
            readers.stream().allMatch(reader -> reader.getState() == Thread.State.TIMED_WAITING));
    effects.go.countDown();
    List<String> all = new ArrayList<>();
    for (FutureTask<String> text : texts) {
      all.add(text.get());
    }
    assertThat(effects.asked).as("two, and one for all").hasSize(3);
    assertThat(effects.asked.getLast())
        .containsExactlyInAnyOrderElementsOf(
            orders.stream().filter(order -> order.paidAt() != null).map(Order::number).toList());
    return all;
  }

  /** Effects that are asked for when the test says so. */
  private static final class HeldEffects implements OrderPartsJson {
    final List<Collection<OrderNumber>> asked = new CopyOnWriteArrayList<>();
    final CountDownLatch go = new CountDownLatch(1);
    private final OrderPartsJson effects;

    HeldEffects(OrderPartsJson effects) {
      this.effects = effects;
    }

    @Override
    public Supplier<Parts> ask(Questions questions, Collection<OrderNumber> orders) {
      asked.add(List.copyOf(orders));
      try {
        go.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return effects.ask(questions, orders);
    }
  }

  private static OrderPartsJson effects() {
    return new OrderEffectsJson(GrantService.byRules(EffectService.Rules.DEFAULT));
  }

  private OrderPageJson pages(OrderPartsJson effects) {
    return new OrderPageJson(shop.node.database, effects, OrderAftersalesJson.withWords());
  }

  /** With its tag. */
  private static String text(OrderPageJson.Detail page) {
    return page.tag().header() + new String(page.json(), StandardCharsets.UTF_8);
  }

  private static Address address(long user) {
    return new Address("Customer " + user, "13800000" + user, "330106", user + " Lake Road");
  }

  private Order placed(long user, PlaceOrder.Line... lines) {
    PlaceOrder wish = shop.node.wish(user, lines);
    return ((Outcome.Applied<Placed, PlaceOrder.Refusal>)
            shop.node.orders.place(
                new PlaceOrder(
                    wish.number(),
                    user,
                    wish.lines(),
                    address(user),
                    null,
                    wish.key(),
                    wish.commandHash(),
                    wish.cause())))
        .value()
        .order();
  }

  private Order pay(Order order) {
    Attempt attempt = shop.node.opened(order);
    shop.node.capture(TestNode.money(attempt, "T" + order.number()));
    shop.hear();
    return shop.node.find(order);
  }

  private void refund(Order order, RequestRefund.Pieces... pieces) {
    assertThat(
            shop.refunds.request(
                new RequestRefund(
                    order.number(),
                    order.userId(),
                    List.of(pieces),
                    "changed my mind",
                    null,
                    RefundShop.key(),
                    Cause.customer(order.userId(), "", ""))))
        .isInstanceOf(Outcome.Applied.class);
  }
}
