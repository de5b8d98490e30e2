package io.tidegate.server.console;

import io.tidegate.shop.aftersales.ReturnCase;
import io.tidegate.shop.aftersales.ReturnCaseStore;
import io.tidegate.shop.aftersales.ReturnLine;
import io.tidegate.shop.aftersales.ReturnState;
import io.tidegate.shop.aftersales.ReturnStep;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderItem;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts returns into words of one language. */
final class ReturnReader {
  private final OrderSources sources;
  private final ZoneId zone;
  private final Texts t;
  private final OrderNames names;

  ReturnReader(OrderSources sources, ZoneId zone, Texts t) {
    this.sources = sources;
    this.zone = zone;
    this.t = t;
    this.names = new OrderNames(sources, t);
  }

  ReturnList.Row row(ReturnCaseStore.Listed listed) {
    ReturnCase returned = listed.returned();
    String order = returned.id().order().toString();
    int pieces = returned.lines().stream().mapToInt(ReturnLine::quantity).sum();
    return new ReturnList.Row(
        returned.id().toString(),
        ReturnPage.PATH + "/" + returned.id(),
        Shown.moment(returned.createdAt(), zone),
        order,
        "/console/orders/" + order,
        t.with("returns.pieces", pieces),
        returned.reason(),
        state(returned.state()));
  }

  private OrderList.State state(ReturnState state) {
    return new OrderList.State(state.wire(), t.of("return_state." + state.wire()));
  }

  ReturnDetail detail(ReturnCase returned, ReturnDetail.May may, String notice) {
    Optional<Order> order = sources.orders().find(returned.id().order());
    return new ReturnDetail(
        returned.id().toString(),
        state(returned.state()),
        ReturnPage.PATH + "/" + returned.id(),
        notice,
        facts(returned),
        returned.lines().stream().map(line -> line(returned, line, order)).toList(),
        returned.pictures().stream().map(ReturnReader::picture).toList(),
        returned.history().reversed().stream().map(this::step).toList(),
        may);
  }

  private ReturnDetail.Facts facts(ReturnCase returned) {
    String order = returned.id().order().toString();
    String user = Long.toString(returned.userId());
    String courier = returned.courier();
    String warehouse = returned.warehouse();
    String refund = returned.refund() == null ? "" : order + "a" + returned.refund();
    return new ReturnDetail.Facts(
        order,
        "/console/orders/" + order,
        user,
        new Href("/console/orders").with("q", user).toString(),
        Shown.moment(returned.createdAt(), zone),
        returned.reason(),
        why(returned.why()),
        orEmpty(returned.note()),
        courier == null ? "" : courier + " · " + orEmpty(returned.waybill()),
        warehouse == null ? "" : names.warehouse(warehouse),
        refund,
        refund.isEmpty() ? "" : "/console/refunds/" + refund);
  }

  /** Staff's own words, or what the program has rejected it for. */
  private String why(@Nullable String why) {
    return why == null ? "" : t.named("return_why", why);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private ReturnDetail.Line line(ReturnCase returned, ReturnLine sent, Optional<Order> order) {
    Optional<OrderItem> item =
        order
            .filter(found -> sent.line() <= found.items().size())
            .map(found -> found.items().get(sent.line() - 1));
    String sku = item.map(OrderItem::sku).orElse("");
    return new ReturnDetail.Line(
        sku,
        item.map(OrderItem::title).orElse(t.with("returns.line", sent.line())),
        names.title(sku),
        names.picture(sku),
        sent.quantity(),
        accepted(returned, sent),
        ReturnPage.FIELD + sent.line());
  }

  private String accepted(ReturnCase returned, ReturnLine sent) {
    return switch (returned.state()) {
      case REQUESTED, APPROVED, IN_TRANSIT, RECEIVED -> "";
      case REJECTED, INSPECTED, DONE ->
          t.with(
              "returns.accepted",
              returned.accepted().stream()
                  .filter(taken -> taken.line() == sent.line())
                  .mapToInt(ReturnLine::quantity)
                  .sum());
    };
  }

  /** Only what is a secure address becomes a link. */
  private static ReturnDetail.Picture picture(String reference) {
    return new ReturnDetail.Picture(reference, reference.startsWith("https://") ? reference : "");
  }

  private ReturnDetail.Step step(ReturnStep step) {
    return new ReturnDetail.Step(
        state(step.to()), Shown.moment(step.at(), zone), names.actor(step.actor()));
  }
}
