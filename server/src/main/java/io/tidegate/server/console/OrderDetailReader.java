package io.tidegate.server.console;

import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.Consignee;
import io.tidegate.shop.customer.Invoice;
import io.tidegate.shop.customer.Regions;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.ShipItem;
import io.tidegate.shop.fulfilment.Shipment;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.ordering.Amounts;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderItem;
import io.tidegate.shop.ordering.OrderPartsJson;
import io.tidegate.shop.ordering.OrderService;
import io.tidegate.shop.ordering.Step;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.PaymentId;
import io.tidegate.shop.payment.Refund;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads one order with all that belongs to it, and puts it into words of one language. */
final class OrderDetailReader {
  private final OrderSources sources;
  private final ZoneId zone;
  private final Texts t;
  private final OrderNames names;

  OrderDetailReader(OrderSources sources, ZoneId zone, Texts t) {
    this.sources = sources;
    this.zone = zone;
    this.t = t;
    this.names = new OrderNames(sources, t);
  }

  OrderDetail read(Order order) {
    long number = order.number().value();
    List<Refund> refunds = sources.refunds().refunds(order.number());
    OrderCases cases = OrderCases.of(sources.cases(), order, refunds);
    var detail =
        new OrderDetail(
            order.number().toString(),
            OrderListPage.state(order.status(), t),
            moment(order.createdAt()),
            customer(order),
            names.courier(order),
            money(order),
            lines(order, cases.refundedPieces()),
            sources.effects().apply(order).stream().map(this::effect).toList(),
            parcels(number),
            sources.payments().attempts(order.number()).stream().map(this::payment).toList(),
            cases.shown(zone, t),
            refunds.stream().map(this::refund).toList(),
            timeline(order),
            "");
    return withLive(detail);
  }

  private static OrderDetail withLive(OrderDetail d) {
    String live = "/console/orders/" + d.number() + "/live?seen=" + Live.seen(d);
    return new OrderDetail(
        d.number(),
        d.state(),
        d.placed(),
        d.customer(),
        d.courier(),
        d.money(),
        d.lines(),
        d.effects(),
        d.parcels(),
        d.payments(),
        d.cases(),
        d.refunds(),
        d.timeline(),
        live);
  }

  private OrderDetail.Customer customer(Order order) {
    Consignee consignee = sources.consignees().find(order.number().value()).orElse(null);
    if (consignee == null) {
      return people(order, "–", "–", "–", "–", false);
    }
    Address address = consignee.address();
    return people(
        order,
        Shown.name(address.name()),
        Shown.phone(address.phone()),
        Shown.street(address.line()),
        kind(consignee.invoice()),
        true);
  }

  /** The same order with its people as they are; call it only once the look is on record. */
  OrderDetail revealed(Order order) {
    // What lives on the page compares itself with the masked one, so that it stays until a change.
    OrderDetail masked = read(order);
    return sources
        .consignees()
        .find(order.number().value())
        .map(consignee ->
            masked.with(
                people(
                    order,
                    consignee.address().name(),
                    consignee.address().phone(),
                    consignee.address().line(),
                    inFull(consignee.invoice()),
                    false)))
        .orElse(masked);
  }

  private static OrderDetail.Customer people(
      Order order, String name, String phone, String street, String invoice, boolean masked) {
    String user = Long.toString(order.userId());
    return new OrderDetail.Customer(
        user,
        "/console/orders?q=" + user,
        region(order.region()),
        name,
        phone,
        street,
        invoice,
        masked,
        masked ? "/console/orders/" + order.number() + "/reveal" : "");
  }

  private String kind(Invoice invoice) {
    return switch (invoice) {
      case Invoice.None _ -> t.of("invoice.none");
      case Invoice.Personal _ -> t.of("invoice.personal");
      case Invoice.Company _ -> t.of("invoice.company");
    };
  }

  private String inFull(Invoice invoice) {
    return switch (invoice) {
      case Invoice.None _ -> kind(invoice);
      case Invoice.Personal(String title) -> kind(invoice) + " · " + title;
      case Invoice.Company(String title, String taxNumber) ->
          kind(invoice) + " · " + title + " · " + taxNumber;
    };
  }

  /** The names of a district; what is no district's code stays as it is. */
  private static String region(String code) {
    return Regions.all().names(code).map(names -> names.line()).orElse(code);
  }

  private OrderDetail.Money money(Order order) {
    Amounts amounts = order.amounts();
    String currency = amounts.currency();
    return new OrderDetail.Money(
        shown(amounts.itemsTotal(), currency),
        shown(-amounts.discountTotal(), currency),
        names.taken(order),
        shown(amounts.freight(), currency),
        Shown.money(amounts.totalMoney()),
        order.refundedTotal() == 0 ? "" : shown(order.refundedTotal(), currency),
        moment(order.payBefore()),
        moment(order.paidAt()));
  }

  private List<OrderDetail.Line> lines(Order order, Map<Integer, Integer> refunded) {
    List<OrderDetail.Line> lines = new ArrayList<>();
    for (OrderItem item : order.items()) {
      lines.add(line(order, item, refunded.getOrDefault(lines.size() + 1, 0)));
    }
    return List.copyOf(lines);
  }

  private OrderDetail.Line line(Order order, OrderItem item, int refunded) {
    String currency = order.amounts().currency();
    return new OrderDetail.Line(
        item.sku(),
        item.title(),
        names.title(item.sku()),
        names.picture(item.sku()),
        item.quantity(),
        refunded == 0 ? "" : t.with("order.refunded_pieces", refunded),
        shown(item.unitPrice(), currency),
        item.discount() == 0 ? "" : shown(-item.discount(), currency),
        shown(item.total(), currency));
  }

  private OrderDetail.Effect effect(OrderPartsJson.Effect effect) {
    return new OrderDetail.Effect(
        t.of("effect." + effect.name()),
        effect.state(),
        t.of("effect_state." + effect.state()),
        moment(effect.at()),
        effect.tries() > 1 || effect.at() == null && effect.tries() > 0
            ? t.with("effect.tries", effect.tries())
            : "");
  }

  private List<OrderDetail.Parcel> parcels(long number) {
    List<FulfilmentStore.Tracked> tracking = sources.fulfilment().tracking(number);
    return sources.fulfilment().shipments(List.of(number)).stream()
        .map(shipment ->
            parcel(
                shipment,
                tracking.reversed().stream()
                    .filter(tracked -> tracked.shipment().equals(shipment.id()))
                    .map(tracked -> tracked.event())
                    .map(event ->
                        new OrderDetail.Track(
                            moment(event.at()),
                            t.named("tracking", event.status()),
                            event.place() == null
                                ? event.text()
                                : region(event.place()) + " · " + event.text()))
                    .toList()))
        .toList();
  }

  private OrderDetail.Parcel parcel(Shipment shipment, List<OrderDetail.Track> tracking) {
    String problem = shipment.problem() == null ? shipment.lastError() : shipment.problem();
    return new OrderDetail.Parcel(
        shipment.id().toString(),
        new OrderList.State(
            shipment.state().code(), t.of("parcel_state." + shipment.state().code())),
        names.warehouse(shipment.warehouse()),
        orDash(shipment.carrier()),
        orDash(shipment.waybill()),
        shipment.items().stream().map(OrderDetailReader::goods).collect(Collectors.joining(", ")),
        problem == null ? "" : problem,
        tracking);
  }

  /** The number stays beside its goods where a line breaks. */
  private static String goods(ShipItem item) {
    return item.sku() + "\u00a0×\u00a0" + item.quantity();
  }

  private OrderDetail.Payment payment(Attempt attempt) {
    String state = attempt.state().wire();
    return new OrderDetail.Payment(
        attempt.id().toString(),
        NoticePage.of(attempt.id().toString()),
        t.named("provider", attempt.provider()),
        new OrderList.State(state, t.of("payment_state." + state)),
        Shown.money(attempt.amount()),
        moment(attempt.createdAt()),
        moment(attempt.capturedAt()));
  }

  private OrderDetail.Refund refund(Refund refund) {
    String state = refund.state().wire();
    String reason = refund.reason().name().toLowerCase(Locale.ROOT);
    return new OrderDetail.Refund(
        refund.id().toString(),
        new PaymentId(refund.id().order(), refund.attempt()).toString(),
        t.of("refund_reason." + reason),
        new OrderList.State(state, t.of("refund_state." + state)),
        Shown.money(refund.amount()),
        moment(refund.createdAt()),
        moment(refund.succeededAt()),
        refund.lastAnswer() == null ? "" : refund.lastAnswer());
  }

  private List<OrderDetail.Step> timeline(Order order) {
    return sources
        .orders()
        .timeline(order.number())
        .map(OrderService.Timeline::steps)
        .orElse(List.of())
        .reversed()
        .stream()
        .map(this::step)
        .toList();
  }

  private OrderDetail.Step step(Step step) {
    return new OrderDetail.Step(
        step.to().wire(),
        t.named("fact", step.fact()),
        names.actor(step.actor()),
        moment(step.at()),
        step.traceId());
  }

  private Shown.Moment moment(@Nullable Instant at) {
    return Shown.moment(at, zone);
  }

  private static String shown(long amount, String currency) {
    return Shown.money(new Money(amount, currency));
  }

  private static String orDash(@Nullable String text) {
    return text == null ? "–" : text;
  }
}
