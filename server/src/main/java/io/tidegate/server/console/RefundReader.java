package io.tidegate.server.console;

import io.tidegate.shop.aftersales.Approval;
import io.tidegate.shop.aftersales.RefundCase;
import io.tidegate.shop.aftersales.RefundDecision;
import io.tidegate.shop.aftersales.RefundDetail;
import io.tidegate.shop.aftersales.RefundLine;
import io.tidegate.shop.aftersales.RefundStep;
import io.tidegate.shop.aftersales.RefundView;
import io.tidegate.shop.effects.Owed;
import io.tidegate.shop.fulfilment.ShipmentId;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderItem;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.payment.RefundChoice;
import io.tidegate.shop.payment.RefundId;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts refunds into words of one language. */
final class RefundReader {
  private final OrderSources sources;
  private final ZoneId zone;
  private final Texts t;
  private final OrderNames names;

  RefundReader(OrderSources sources, ZoneId zone, Texts t) {
    this.sources = sources;
    this.zone = zone;
    this.t = t;
    this.names = new OrderNames(sources, t);
  }

  RefundList.Row row(RefundView view) {
    Refund money = view.money();
    String order = view.order().toString();
    return new RefundList.Row(
        view.id(),
        RefundPage.PATH + "/" + view.id(),
        Shown.moment(view.createdAt(), zone),
        order,
        "/console/orders/" + order,
        what(view),
        Shown.money(view.amount()),
        state(view.state()),
        view.packed().isEmpty() ? money == null ? "" : orEmpty(money.lastAnswer()) : packed(view));
  }

  private String packed(RefundView view) {
    return view.packed().isEmpty()
        ? ""
        : t.with(
            "refunds.packed",
            view.packed().stream().map(ShipmentId::toString).collect(Collectors.joining(", ")));
  }

  private OrderList.State state(String wire) {
    return new OrderList.State(wire, t.of("refund_state." + wire));
  }

  private String what(RefundView view) {
    RefundCase asked = view.asked();
    Refund money = view.money();
    if (asked != null) {
      return t.of("refunds.kind." + asked.kind().wire());
    }
    return money == null ? "" : t.of("refund_reason." + money.reason().wire());
  }

  /**
   * The whole page of one.
   *
   * @param member who looks at it
   */
  RefundSheet sheet(RefundDetail detail, String member, String notice) {
    RefundView view = detail.view();
    return new RefundSheet(
        view.id(),
        state(view.state()),
        RefundPage.PATH + "/" + view.id(),
        detail.stamp(),
        notice,
        packed(view),
        facts(detail),
        lines(view),
        numbers(view),
        steps(detail),
        approvals(detail, member),
        choices(detail),
        decisions(detail),
        events(view));
  }

  private String owes(@Nullable Owed owed) {
    if (owed == null || owed.isNothing()) {
      return "";
    }
    List<String> parts = new ArrayList<>();
    if (owed.points() > 0) {
      parts.add(t.with("refunds.owes.points", owed.points()));
    }
    if (!owed.redPackets().isZero()) {
      parts.add(Shown.money(owed.redPackets()));
    }
    if (owed.coupons() > 0) {
      parts.add(t.with("refunds.owes.coupons", owed.coupons()));
    }
    return String.join(" · ", parts);
  }

  private RefundSheet.Facts facts(RefundDetail detail) {
    RefundView view = detail.view();
    RefundCase asked = view.asked();
    Money amount = view.amount();
    String order = view.order().toString();
    String user = view.customer() == null ? "" : Long.toString(view.customer());
    String returned =
        asked == null || asked.received() == null ? "" : order + "t" + asked.received().returnSeq();
    return new RefundSheet.Facts(
        order,
        "/console/orders/" + order,
        user,
        new Href("/console/orders").with("q", user).toString(),
        what(view),
        asked == null ? "" : asked.reason(),
        Shown.money(amount),
        view.deducted() == 0 ? "" : Shown.money(new Money(view.deducted(), amount.currency())),
        owes(detail.owed()),
        returned,
        returned.isEmpty() ? "" : "/console/returns/" + returned,
        asked == null || asked.refusal() == null ? "" : t.named("refund_refusal", asked.refusal()),
        Shown.moment(view.createdAt(), zone),
        Shown.moment(view.succeededAt(), zone));
  }

  private List<RefundSheet.Line> lines(RefundView view) {
    Optional<Order> order = sources.orders().find(view.order());
    return view.lines().stream().map(line -> line(line, view, order)).toList();
  }

  private RefundSheet.Line line(RefundLine line, RefundView view, Optional<Order> order) {
    Optional<OrderItem> item =
        order
            .filter(found -> line.line() <= found.items().size())
            .map(found -> found.items().get(line.line() - 1));
    String sku = item.map(OrderItem::sku).orElse("");
    return new RefundSheet.Line(
        sku,
        item.map(OrderItem::title).orElse(t.with("returns.line", line.line())),
        names.title(sku),
        names.picture(sku),
        line.quantity(),
        Shown.money(new Money(line.amount(), view.amount().currency())));
  }

  /** The numbers under which its money was asked for: the one that counts, and those before it. */
  private List<RefundSheet.Asked> numbers(RefundView view) {
    List<RefundSheet.Asked> numbers = new ArrayList<>();
    List<Refund> all = sources.refunds().refunds(view.order());
    for (Refund next = view.money(); next != null; next = replaced(next, all)) {
      numbers.add(number(next));
    }
    return List.copyOf(numbers);
  }

  private static @Nullable Refund replaced(Refund refund, List<Refund> all) {
    Integer seq = refund.course().replaces();
    if (seq == null) {
      return null;
    }
    RefundId id = new RefundId(refund.id().order(), seq);
    return all.stream().filter(each -> each.id().equals(id)).findFirst().orElse(null);
  }

  private RefundSheet.Asked number(Refund money) {
    return new RefundSheet.Asked(
        money.id().toString(),
        t.named("provider", money.provider()),
        state(money.state().wire()),
        Shown.money(money.amount()),
        orEmpty(money.lastAnswer()),
        Integer.toString(money.tries()),
        Shown.moment(money.nextTryAt(), zone),
        end(money.course().end()));
  }

  private String end(Refund.@Nullable End end) {
    if (end == null) {
      return "";
    }
    String how = t.of("refund_end." + end.how().wire());
    String at = Shown.moment(end.at(), zone).text();
    return end.reference() == null ? how + " · " + at : how + " · " + end.reference() + " · " + at;
  }

  private List<RefundSheet.Step> steps(RefundDetail detail) {
    return detail.steps().stream().map(this::step).toList();
  }

  private RefundSheet.Step step(RefundDetail.StepShown shown) {
    String far = shown.done() ? "done" : shown.undone() ? "undone" : "open";
    String step = shown.step().wire();
    return new RefundSheet.Step(
        t.of("way_back." + step),
        t.of("way_back_does." + step),
        new OrderList.State(far, t.of("refund_step." + far)),
        t.of("way_back_undo." + step));
  }

  /** What may be decided, each with what it does to this refund. */
  private List<RefundSheet.Choice> choices(RefundDetail detail) {
    boolean asked = detail.view().asked() != null;
    return detail.choices().stream()
        .map(choice ->
            new RefundSheet.Choice(
                choice.wire(),
                t.of("refund_choice." + choice.wire()),
                does(choice, asked),
                choice == RefundChoice.BY_HAND,
                proposed(choice, detail)))
        .toList();
  }

  private String does(RefundChoice choice, boolean asked) {
    return t.of(
        switch (choice) {
          case RETRY -> "refund_does.retry";
          case NEW_NUMBER -> "refund_does.new_number";
          case BY_HAND -> asked ? "refund_does.by_hand.asked" : "refund_does.by_hand";
          case GIVE_UP -> asked ? "refund_does.give_up.asked" : "refund_does.give_up";
        });
  }

  /** Who has decided the same, where a second person is wanted. */
  private String proposed(RefundChoice choice, RefundDetail detail) {
    return detail
        .pending()
        .filter(each -> each.action().equals(choice.wire()))
        .map(each -> t.with("refunds.proposed", each.proposedBy()) + reference(each.reference()))
        .orElse("");
  }

  private static String reference(@Nullable String reference) {
    return reference == null ? "" : " · " + reference;
  }

  private List<RefundSheet.Decision> decisions(RefundDetail detail) {
    RefundDecision pending = detail.pending().orElse(null);
    return detail.decisions().stream().map(each -> decision(each, each.equals(pending))).toList();
  }

  private RefundSheet.Decision decision(RefundDecision each, boolean waits) {
    String state = !each.isOpen() ? "done" : waits ? "pending" : "outdated";
    boolean two = each.decidedBy() != null && !each.decidedBy().equals(each.proposedBy());
    return new RefundSheet.Decision(
        t.of("refund_choice." + each.action()),
        new OrderList.State(state, t.of("refund_decision." + state)),
        two ? each.proposedBy() + " + " + each.decidedBy() : each.proposedBy(),
        orEmpty(each.note()) + reference(each.reference()),
        Shown.moment(each.decidedAt() == null ? each.proposedAt() : each.decidedAt(), zone));
  }

  private List<RefundSheet.Event> events(RefundView view) {
    RefundCase asked = view.asked();
    return asked == null
        ? List.of()
        : asked.history().reversed().stream().map(this::event).toList();
  }

  private RefundSheet.Event event(RefundStep step) {
    return new RefundSheet.Event(
        new OrderList.State(step.state().wire(), t.named("refund_event", step.what())),
        Shown.moment(step.at(), zone),
        names.actor(step.actor()));
  }

  /**
   * Who has said yes, and whether this member may.
   *
   * @param member who looks at it
   */
  private RefundSheet.Approvals approvals(RefundDetail detail, String member) {
    RefundCase asked = detail.view().asked();
    if (asked == null || asked.approvalsWanted() == 0) {
      return new RefundSheet.Approvals("", List.of(), false);
    }
    boolean has = asked.isApprovedBy(member);
    return new RefundSheet.Approvals(
        t.of(has && detail.awaitsApproval() ? "refunds.you_have" : "refunds.two_people"),
        asked.approvals().stream().map(this::yes).toList(),
        detail.awaitsApproval() && !has);
  }

  private RefundSheet.Yes yes(Approval approval) {
    return new RefundSheet.Yes(approval.by(), Shown.moment(approval.at(), zone));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
