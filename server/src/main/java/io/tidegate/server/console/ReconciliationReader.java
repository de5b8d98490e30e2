package io.tidegate.server.console;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.reconciliation.Action;
import io.tidegate.shop.reconciliation.Day;
import io.tidegate.shop.reconciliation.Difference;
import io.tidegate.shop.reconciliation.ReconciliationService;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts a day's statement against our book into words of one language. */
final class ReconciliationReader {
  private final ZoneId zone;
  private final Texts t;

  ReconciliationReader(ZoneId zone, Texts t) {
    this.zone = zone;
    this.t = t;
  }

  DayList.Day nothing() {
    Shown.Moment never = Shown.moment(null, zone);
    return new DayList.Day(
        false,
        new OrderList.State("unknown", t.of("reconciliation.nothing")),
        "",
        "",
        "",
        "",
        "",
        never,
        never,
        "",
        never,
        List.of());
  }

  DayList.Day day(ReconciliationService.Shown shown) {
    Day day = shown.day();
    return new DayList.Day(
        true,
        state(shown),
        day.source() == null ? "" : t.named("reconciliation_source", day.source()),
        number(day.lines()),
        number(day.matched()),
        number(shown.open()),
        number(shown.accepted()),
        Shown.moment(day.loadedAt(), zone),
        Shown.moment(day.matchedAt(), zone),
        day.problem() == null ? "" : day.problem(),
        Shown.moment(day.nextTryAt(), zone),
        shown.sums().stream().map(this::sum).toList());
  }

  private OrderList.State state(ReconciliationService.Shown shown) {
    return switch (shown.day().state()) {
      case WAITS -> new OrderList.State("pending", t.of("reconciliation_state.waits"));
      case LOADED -> new OrderList.State("pending", t.of("reconciliation_state.loaded"));
      case MATCHED ->
          shown.open() == 0
              ? new OrderList.State("ok", t.of("reconciliation_state.equal"))
              : new OrderList.State("broken", t.with("reconciliation_state.open", shown.open()));
    };
  }

  private DayList.Sum sum(Day.Sum sum) {
    return new DayList.Sum(
        t.named("statement_type", sum.type()),
        number(sum.theirsRows()),
        Shown.money(new Money(sum.theirs(), sum.currency())),
        number(sum.oursRows()),
        Shown.money(new Money(sum.ours(), sum.currency())),
        sum.theirs() == sum.ours() && sum.theirsRows() == sum.oursRows());
  }

  DayList.Difference difference(Difference difference, Set<Action> actions) {
    String kind = difference.kind().wire();
    boolean open = difference.isOpen();
    String state = open ? "open" : "resolved";
    return new DayList.Difference(
        difference.id(),
        difference.version(),
        new OrderList.State(open ? "broken" : "ok", t.of("difference_state." + state)),
        t.of("difference." + kind),
        t.of("difference_help." + kind),
        t.named("statement_type", difference.type().wire()),
        difference.number(),
        difference.transaction(),
        difference.order() == 0 ? "" : "/console/orders/" + difference.order(),
        side(difference.theirs(), null),
        side(difference.ours(), difference.oursState()),
        difference.said() == null ? "" : difference.said(),
        end(difference.resolved()),
        actions.stream().map(this::action).toList());
  }

  private DayList.Side side(Difference.@Nullable Side side, @Nullable String state) {
    return side == null
        ? new DayList.Side("", Shown.moment(null, zone), "")
        : new DayList.Side(
            Shown.money(side.amount()),
            Shown.moment(side.at(), zone),
            state == null ? "" : t.named("refund_state", state));
  }

  private String end(Difference.@Nullable Resolved resolved) {
    if (resolved == null) {
      return "";
    }
    String how = t.named("difference_end", resolved.how());
    String by = resolved.by() == null ? "" : " · " + resolved.by();
    String note = resolved.note() == null ? "" : " · " + resolved.note();
    return how + " · " + Shown.moment(resolved.at(), zone).text() + by + note;
  }

  private DayList.Action action(Action action) {
    return new DayList.Action(
        action.wire(),
        t.of("difference_action." + action.wire()),
        t.of("difference_does." + action.wire()));
  }

  private static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
