package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.chaos.Finding.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** One change of lives that fit what is there is found. */
final class LifeCheckTest {
  private static final long TOTAL = 12_000;
  private static final long PART = 4_000;

  /** Order 1 had one of its three pieces back, and sent another; order 2 was cancelled. */
  static final class Story {
    final List<Life> lives = new ArrayList<>();
    final Map<String, Evidence.Order> orders = new HashMap<>();
    final List<Evidence.Attempt> attempts = new ArrayList<>();
    final List<Evidence.Refund> refunds = new ArrayList<>();
    final Map<String, Map<String, Integer>> effects = new HashMap<>();
    final List<Evidence.BookPayment> bookPayments = new ArrayList<>();
    final List<Evidence.BookRefund> bookRefunds = new ArrayList<>();
    final Map<String, OrderPage> pages = new HashMap<>();
    final Claim refund;
    final Claim back;

    Story() {
      Life paid = life("1", Intent.REFUND_AND_RETURN);
      paid.payments().add("1p1");
      paid.paid().add("1p1");
      refund = paid.claim(Claim.Kind.REFUND, Map.of(1, 1));
      refund.taken("1a1", "requested", 100);
      refund.saw("succeeded", 200);
      back = paid.claim(Claim.Kind.RETURN, Map.of(1, 1));
      back.taken("1t1", "requested", 300);
      Life cancelled = life("2", Intent.CANCEL);
      cancelled.cancelled();
      orders.put("1", new Evidence.Order("1", 4, TOTAL, true, PART));
      orders.put("2", new Evidence.Order("2", Evidence.CANCELLED, TOTAL, false, 0));
      attempts.add(new Evidence.Attempt("1p1", "1"));
      bookPayments.add(new Evidence.BookPayment("1p1", "SB1", TOTAL));
      refunds.add(new Evidence.Refund("1r1", "1", "1p1", "SB1", PART, Evidence.SUCCEEDED));
      bookRefunds.add(new Evidence.BookRefund("1r1", "1p1", PART, true, 150));
      Map<String, Integer> once = new HashMap<>();
      Evidence.EFFECTS.forEach(effect -> once.put(effect, 1));
      effects.put("1", once);
      page("shipped", PART, 1, new OrderPage.Refund("succeeded", PART - 1, 1, Map.of(1, 1), "1r1"));
    }

    final Life life(String number, Intent intent) {
      Life life =
          new Life(
              "k" + number,
              "token",
              intent,
              Map.of("A", 3),
              new SplittableRandom(1),
              Provider.all());
      life.placed(
          JsonMapper.shared()
              .readTree(
                  """
                  {"number":"%s","total":{"amount":%d},"discountTotal":{"amount":0},
                   "items":[{"line":1,"sku":"A","quantity":3,"total":{"amount":%d}}]}
                  """
                      .formatted(number, TOTAL, TOTAL)));
      lives.add(life);
      return life;
    }

    final void page(String state, long refunded, int pieces, OrderPage.Refund refund) {
      pages.put(
          "1",
          new OrderPage(
              state,
              TOTAL,
              refunded,
              Map.of(1, new OrderPage.Line(3, pieces)),
              Map.of("1a1", refund),
              Map.of("1t1", "rejected")));
    }

    List<Finding> check() {
      return LifeCheck.of(
          lives,
          new Evidence(
              orders,
              attempts,
              List.of(),
              refunds,
              effects,
              Map.of(),
              Map.of(),
              bookPayments,
              bookRefunds),
          pages);
    }
  }

  @Test
  void what_fits_has_no_finding() {
    assertThat(new Story().check()).isEmpty();
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("an order is gone", Kind.LOST, s -> s.orders.remove("2")),
        fault(
            "an order nobody was told of",
            Kind.DOUBLED,
            s -> s.orders.put("9", new Evidence.Order("9", 7, TOTAL, false, 0))),
        fault(
            "an order of another total",
            Kind.BROKEN,
            s -> s.orders.put("2", new Evidence.Order("2", 8, TOTAL + 1, false, 0))),
        fault(
            "a cancelling undone",
            Kind.LOST,
            s -> s.orders.put("2", new Evidence.Order("2", 7, TOTAL, false, 0))),
        fault(
            "an order that waits for ever",
            Kind.LOST,
            s -> {
              s.life("3", Intent.LEAVE);
              s.orders.put("3", new Evidence.Order("3", 1, TOTAL, false, 0));
            }),
        fault("one order for two keys", Kind.BROKEN, s -> s.life("2", Intent.LEAVE)),
        fault("a payment is gone", Kind.LOST, s -> s.attempts.clear()),
        fault(
            "a payment that nobody opened",
            Kind.DOUBLED,
            s -> s.attempts.add(new Evidence.Attempt("1p2", "1"))),
        fault("what was paid is not in the book", Kind.LOST, s -> s.bookPayments.clear()),
        fault("no points", Kind.LOST, s -> s.effects.getOrDefault("1", Map.of()).remove("points")),
        fault(
            "two coupons",
            Kind.DOUBLED,
            s -> s.effects.getOrDefault("1", new HashMap<>()).put("coupon", 2)),
        fault("no page", Kind.LOST, s -> s.pages.clear()),
        fault(
            "a sum that is not its refunds'",
            Kind.BROKEN,
            s ->
                s.page(
                    "shipped",
                    PART + 1,
                    1,
                    new OrderPage.Refund("succeeded", PART - 1, 1, Map.of(1, 1), "1r1"))),
        fault(
            "pieces that are not its refunds'",
            Kind.BROKEN,
            s ->
                s.page(
                    "shipped",
                    PART,
                    2,
                    new OrderPage.Refund("succeeded", PART - 1, 1, Map.of(1, 1), "1r1"))),
        fault(
            "refunded, and not all is back",
            Kind.BROKEN,
            s ->
                s.page(
                    "refunded",
                    PART,
                    1,
                    new OrderPage.Refund("succeeded", PART - 1, 1, Map.of(1, 1), "1r1"))),
        fault(
            "a refund of other pieces",
            Kind.BROKEN,
            s ->
                s.page(
                    "shipped",
                    PART,
                    2,
                    new OrderPage.Refund("succeeded", PART - 1, 1, Map.of(1, 2), "1r1"))),
        fault(
            "a refund that is under way for ever",
            Kind.LOST,
            s ->
                s.page(
                    "shipped",
                    0,
                    0,
                    new OrderPage.Refund("unknown", PART - 1, 1, Map.of(1, 1), "1r1"))),
        fault(
            "told as done and refused after all",
            Kind.BROKEN,
            s ->
                s.page(
                    "shipped",
                    0,
                    0,
                    new OrderPage.Refund("refused", PART - 1, 1, Map.of(1, 1), null))),
        fault(
            "told as done before the money moved",
            Kind.BROKEN,
            s -> s.bookRefunds.set(0, new Evidence.BookRefund("1r1", "1p1", PART, true, 201))),
        fault("told as done and no money moved", Kind.BROKEN, s -> s.bookRefunds.clear()),
        fault(
            "a refund that is not on the page",
            Kind.LOST,
            s ->
                s.lives
                    .getFirst()
                    .claim(Claim.Kind.REFUND, Map.of(1, 1))
                    .taken("1a2", "requested", 1)),
        fault(
            "a return that is not on the page",
            Kind.LOST,
            s ->
                s.lives
                    .getFirst()
                    .claim(Claim.Kind.RETURN, Map.of(1, 1))
                    .taken("1t2", "requested", 1)),
        fault(
            "refused as shipped, and it is not",
            Kind.BROKEN,
            s -> {
              s.lives.getFirst().claim(Claim.Kind.REFUND, Map.of(1, 1)).refused("already_shipped");
              s.page(
                  "awaiting_shipment",
                  PART,
                  1,
                  new OrderPage.Refund("succeeded", PART - 1, 1, Map.of(1, 1), "1r1"));
            }));
  }

  private static Arguments fault(String name, Kind kind, Consumer<Story> change) {
    return Arguments.of(name, kind, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void what_does_not_fit_is_found(String name, Kind kind, Consumer<Story> change) {
    Story story = new Story();
    change.accept(story);
    assertThat(story.check()).extracting(Finding::kind).contains(kind);
  }

  @Test
  void what_is_deducted_is_refunded_too() {
    Story story = new Story();
    assertThat(story.check()).isEmpty();
    story.page(
        "shipped", PART, 1, new OrderPage.Refund("succeeded", PART - 2, 1, Map.of(1, 1), "1r1"));
    assertThat(story.check()).extracting(Finding::kind).containsExactly(Kind.BROKEN);
  }

  @Test
  void money_that_a_person_ended_needs_no_book() {
    Story story = new Story();
    story.bookRefunds.clear();
    story.refunds.set(0, new Evidence.Refund("1r1", "1", "1p1", "SB1", PART, Evidence.ENDED));
    assertThat(story.check()).isEmpty();
  }
}
