package io.tidegate.server.console;

import io.tidegate.shop.webhooks.Delivery;
import io.tidegate.shop.webhooks.RangeReplay;
import io.tidegate.shop.webhooks.Subscription;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Webhooks as the console shows them. */
final class WebhookSheet {

  private WebhookSheet() {}

  /**
   * The list, and a form for another one.
   *
   * @param notice what was done last; empty for nothing
   * @param next where the list goes on; empty at its end
   */
  record Shelf(List<Row> rows, String notice, String next, Entered fresh) {}

  /** A subscription in the list. */
  record Row(
      String path,
      String url,
      String types,
      String description,
      OrderList.State state,
      String why,
      Shown.Moment since) {}

  /**
   * One subscription.
   *
   * @param secret to be shown this once; empty otherwise
   * @param filter the state that its deliveries are shown of; empty for all
   * @param replay the last that was wished; null for none
   */
  record Detail(
      long id,
      Row row,
      boolean active,
      String secret,
      String notice,
      List<Fact> facts,
      Entered edit,
      Entered range,
      List<Sent> deliveries,
      List<OrderList.Choice> filters,
      String filter,
      String next,
      @Nullable Range replay) {}

  /** A named fact. */
  record Fact(String name, String value) {}

  /** A delivery. */
  record Sent(
      long id,
      String webhookId,
      String type,
      OrderList.State state,
      String tries,
      String why,
      Shown.Moment tried,
      Shown.Moment next,
      boolean mayRepeat) {}

  /**
   * A replay of a range.
   *
   * @param reached the time of the last event; empty before the first
   */
  record Range(
      String from, String to, OrderList.State state, String why, String counts, String reached) {}

  static Row row(Subscription one, Texts t, ZoneId zone) {
    Subscription.Why why = one.why();
    boolean failing = one.state() == Subscription.State.ACTIVE && one.failingSince() != null;
    String code = failing ? "failing" : one.state().code();
    return new Row(
        WebhookPage.PATH + "/" + one.id(),
        one.url(),
        one.types().isEmpty() ? t.of("feed.all_types") : String.join(", ", one.types()),
        one.description(),
        new OrderList.State(look(one, failing), t.of("webhook_state." + code)),
        why == null ? "" : t.of("webhook_why." + why.code()),
        Shown.moment(one.createdAt(), zone));
  }

  private static String look(Subscription one, boolean failing) {
    return switch (one.state()) {
      case ACTIVE -> failing ? "retrying" : "done";
      case DISABLED -> one.why() == Subscription.Why.BY_HAND ? "cancelled" : "dead";
      case DELETED -> "cancelled";
    };
  }

  static Sent sent(Delivery one, Texts t, ZoneId zone) {
    String why = one.why();
    boolean waits = one.state() == Delivery.State.WAITING;
    return new Sent(
        one.id(),
        one.webhookId(),
        one.type(),
        new OrderList.State(look(one.state()), t.of("delivery_state." + one.state().code())),
        Integer.toString(one.tries()),
        why == null ? "" : why,
        Shown.moment(one.triedAt(), zone),
        Shown.moment(waits ? one.nextTryAt() : null, zone),
        one.state().isOver());
  }

  private static String look(Delivery.State state) {
    return switch (state) {
      case WAITING -> "pending";
      case SENDING -> "retrying";
      case DELIVERED -> "done";
      case FAILED -> "dead";
    };
  }

  static Range range(RangeReplay one, Texts t, ZoneId zone) {
    String why = one.why();
    String look =
        switch (one.state()) {
          case RUNNING -> "retrying";
          case DONE -> "done";
          case STOPPED -> "dead";
        };
    return new Range(
        Shown.moment(one.from(), zone).text(),
        Shown.moment(one.to(), zone).text(),
        new OrderList.State(look, t.of("webhook_replay." + one.state().code())),
        why == null ? "" : t.named("webhook_replay_why", why),
        one.sent() + " / " + one.read(),
        one.reachedAt() == null ? "" : Shown.moment(one.reachedAt(), zone).text());
  }
}
