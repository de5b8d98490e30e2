package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.chaos.Finding.Kind;
import io.tidegate.harness.chaos.Journey.Step;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Clients that come back notice a shop that forgot, did it anew, or says nothing. */
final class SettlingTest {
  private static final Duration MAX = Duration.ofSeconds(20);

  /** A shop that remembers each key's order, unless a test has it do otherwise. */
  private static final class MemoryShop implements Door {
    private final Map<String, String> orders = new HashMap<>();
    private int failures;

    @Override
    public synchronized Answer send(Step step, Journey journey) {
      if (failures > 0) {
        failures--;
        return new Answer.Unknown("reset");
      }
      return switch (step) {
        case PLACE -> {
          boolean known = orders.containsKey(journey.wish().key());
          String number =
              orders.computeIfAbsent(journey.wish().key(), _ -> "n" + (orders.size() + 1));
          yield replayed(Told.done("number", number), known);
        }
        case START_PAYMENT -> Told.done("id", journey.number() + "p" + journey.paymentTries());
        case PAY -> Told.done("state", "captured");
        case CANCEL -> Told.done("outcome", "applied");
      };
    }

    private static Answer.Done replayed(Answer.Done answer, boolean known) {
      return new Answer.Done(answer.status(), answer.body(), known);
    }
  }

  private final MemoryShop shop = new MemoryShop();

  private Journey journey(String key, Journey.Plan plan) {
    return new Journey(plan, new Journey.Wish(key, "token", Map.of("A", 1), null));
  }

  private Journey placed(String key) {
    Journey journey = journey(key, Journey.Plan.LEAVE);
    journey.note(Step.PLACE, shop.send(Step.PLACE, journey));
    return journey;
  }

  private Settling.Result settle(Door door, Duration max, Journey... journeys) throws Exception {
    return Settling.of(List.of(journeys), door, max);
  }

  @Test
  void an_acknowledged_order_is_answered_again() throws Exception {
    assertThat(settle(shop, MAX, placed("a"), placed("b")))
        .isEqualTo(new Settling.Result(0, List.of()));
  }

  @Test
  void an_unknown_request_is_sent_again_until_its_key_is_answered() throws Exception {
    Journey journey = journey("a", Journey.Plan.CANCEL);
    journey.note(Step.PLACE, new Answer.Unknown("reset"));
    shop.failures = 2;
    assertThat(settle(shop, MAX, journey)).isEqualTo(new Settling.Result(1, List.of()));
    assertThat(journey.number()).isEqualTo("n1");
    assertThat(journey.done(Step.CANCEL)).as("and the way is gone to its end").isTrue();
  }

  @Test
  void a_key_that_is_never_answered_is_unsettled() throws Exception {
    Journey journey = journey("a", Journey.Plan.LEAVE);
    journey.note(Step.PLACE, new Answer.Unknown("reset"));
    shop.failures = Integer.MAX_VALUE;
    Settling.Result result = settle(shop, Duration.ofMillis(300), journey);
    assertThat(result.unknownResolved()).isZero();
    assertThat(result.findings()).extracting(Finding::kind).containsExactly(Kind.UNSETTLED);
  }

  @Test
  void a_key_that_gets_another_order_is_doubled() throws Exception {
    Journey journey = placed("a");
    shop.orders.put("a", "another");
    assertThat(settle(shop, MAX, journey).findings())
        .extracting(Finding::kind)
        .containsExactly(Kind.DOUBLED);
  }

  @Test
  void a_shop_that_forgot_the_key_is_found_out_by_the_missing_replay() throws Exception {
    Journey journey = placed("a");
    shop.orders.clear();
    assertThat(settle(shop, MAX, journey).findings())
        .extracting(Finding::kind)
        .containsExactly(Kind.DOUBLED);
  }

  @Test
  void a_receipt_that_has_changed_is_broken() throws Exception {
    Journey journey = placed("a");
    Door other =
        (step, j) -> {
          Answer.Done done = (Answer.Done) shop.send(step, j);
          ObjectNode body = ((ObjectNode) done.body()).put("total", 7);
          return new Answer.Done(201, body, true);
        };
    assertThat(settle(other, MAX, journey).findings())
        .extracting(Finding::kind)
        .containsExactly(Kind.BROKEN);
  }

  @Test
  void an_acknowledged_order_that_is_refused_now_is_lost() throws Exception {
    Journey journey = placed("a");
    Door refusing = (_, _) -> new Answer.Refused(409, "out_of_stock");
    assertThat(settle(refusing, MAX, journey).findings())
        .extracting(Finding::kind)
        .containsExactly(Kind.LOST);
  }

  @Test
  void a_payment_that_the_provider_has_not_heard_of_is_told_to_it_again() throws Exception {
    Journey journey = journey("a", Journey.Plan.PAY);
    int[] starts = new int[1];
    Door deaf =
        (step, j) -> {
          starts[0] += step == Step.START_PAYMENT ? 1 : 0;
          return step == Step.PAY && starts[0] < 2
              ? new Answer.NotYet("the provider does not know it")
              : shop.send(step, j);
        };
    assertThat(settle(deaf, MAX, journey)).isEqualTo(new Settling.Result(0, List.of()));
    assertThat(journey.done(Step.PAY)).isTrue();
  }

  @Test
  void a_payment_that_the_provider_missed_is_started_again() throws Exception {
    Journey journey = journey("a", Journey.Plan.PAY);
    Door closedOnce =
        (step, j) -> {
          if (step == Step.START_PAYMENT && j.paymentTries() == 1) {
            ObjectNode body = ((ObjectNode) Told.done("id", "n1p1").body()).put("state", "closed");
            return new Answer.Done(201, body, true);
          }
          return shop.send(step, j);
        };
    assertThat(settle(closedOnce, MAX, journey).findings()).isEmpty();
    assertThat(journey.payment()).isEqualTo("n1p2");
    assertThat(journey.paymentTries()).isEqualTo(2);
  }
}
