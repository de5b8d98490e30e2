package io.tidegate.server.audit;

import io.tidegate.server.audit.AuditReport.Sample;
import io.tidegate.server.audit.Goods.Parcel;
import io.tidegate.server.audit.RangeRows.StoredOrder;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the goods of a single order must hold: O8, and S5 refund by refund. */
final class GoodsChecks implements RangeRows.OrderCheck {

  private final Finding shipped;
  private final Finding returns;

  GoodsChecks(Function<String, Finding> findings) {
    shipped = findings.apply("O8");
    returns = findings.apply("S5");
  }

  @Override
  public void check(long number, @Nullable StoredOrder order, Goods goods) {
    if (!goods.isEmpty()) {
      checkShipped(number, order, goods);
      checkReturns(number, order, goods);
    }
  }

  private static final class Line {
    long planned;
    long gone;
    long held;
    boolean anyPlanned;
    boolean wrong;
    String sku = "";

    void of(String named) {
      wrong |= !sku.isEmpty() && !sku.equals(named);
      sku = sku.isEmpty() ? named : sku;
    }
  }

  private void checkShipped(long number, @Nullable StoredOrder order, Goods goods) {
    Map<Integer, Line> lines = new TreeMap<>();
    for (Parcel parcel : goods.parcels) {
      if (parcel.lines() == null) {
        shipped.checked++;
        shipped.bad(new Sample(number + "/parcel " + parcel.seq(), "items", "unreadable"));
        continue;
      }
      for (Stored.Packed packed : parcel.lines()) {
        Line line = lines.computeIfAbsent(packed.line(), _ -> new Line());
        line.of(packed.sku());
        line.anyPlanned |= !parcel.isCancelled();
        line.planned += parcel.isCancelled() ? 0 : packed.quantity();
        line.gone += parcel.isGone() ? packed.quantity() : 0;
      }
    }
    for (Goods.Held held : goods.held) {
      Line line = lines.computeIfAbsent(held.line(), _ -> new Line());
      line.of(held.sku());
      line.held += held.quantity();
    }
    lines.forEach((index, line) -> checkLine(number, order, index, line, goods));
  }

  /** What refunds hold back is in no parcel that is not stopped. */
  private void checkLine(
      long number, @Nullable StoredOrder order, int index, Line line, Goods goods) {
    shipped.checked++;
    List<Stored.Line> all = order == null || order.lines() == null ? List.of() : order.lines();
    Stored.Line wanted = index >= 1 && index <= all.size() ? all.get(index - 1) : null;
    int state = order == null ? 0 : order.state();
    boolean paid = order != null && order.paid();
    boolean mayLeave = paid && (state >= 2 && state <= 6 || state == 9);
    if (wanted != null
        && !line.wrong
        && wanted.sku().equals(line.sku)
        && line.planned + line.held <= wanted.quantity()
        && (line.gone == 0 || mayLeave && goods.hasLeft())
        && (paid || !line.anyPlanned)) {
      return;
    }
    shipped.bad(
        new Sample(
            number + "/" + index,
            "paid, at most %s of %s"
                .formatted(
                    wanted == null ? "none" : wanted.quantity(),
                    wanted == null ? "no line" : wanted.sku()),
            "state %s, %s, task %s, %s of %s, %s gone%s"
                .formatted(
                    order == null ? "none" : order.state(),
                    paid ? "paid" : "never paid",
                    goods.left == null ? "none" : goods.left ? "left" : "not left",
                    line.planned,
                    line.sku,
                    line.gone,
                    line.held == 0 ? "" : ", " + line.held + " held back")));
  }

  /** A SKU in a refund. */
  private record Key(int refund, String sku) {}

  private static final class Return {
    long restocked;
    long givenBack;
    long held;
    boolean received;
  }

  /**
   * What its order calls restocked was given back, once: what had not left, of what its refund
   * holds back; what was received, of what has left.
   */
  private void checkReturns(long number, @Nullable StoredOrder order, Goods goods) {
    Map<Key, Return> all =
        new TreeMap<>(Comparator.comparingInt(Key::refund).thenComparing(Key::sku));
    Map<String, Long> received = new HashMap<>();
    for (Goods.Restocked row : goods.restocked) {
      String sku = sku(order, row.line());
      all.computeIfAbsent(new Key(row.refund(), sku), _ -> new Return()).restocked +=
          row.quantity();
    }
    for (Goods.GivenBack row : goods.givenBack) {
      Return one = all.computeIfAbsent(new Key(row.refund(), row.sku()), _ -> new Return());
      one.givenBack += row.quantity();
      one.received = row.received();
      if (row.received()) {
        received.merge(row.sku(), row.quantity(), Long::sum);
      }
    }
    for (Goods.Held row : goods.held) {
      Return one = all.get(new Key(row.refund(), row.sku()));
      if (one != null) {
        one.held += row.quantity();
      }
    }
    Map<String, Long> gone = gone(goods.parcels);
    all.forEach((key, one) -> {
      returns.checked++;
      long left = gone.getOrDefault(key.sku(), 0L);
      boolean had =
          one.received
              ? one.held == 0 && received.getOrDefault(key.sku(), 0L) <= left
              : one.held == one.givenBack;
      if (one.restocked != one.givenBack || !had) {
        returns.bad(
            new Sample(
                number + "/" + key.refund() + "/" + key.sku(),
                "%s given back, of pieces that %s"
                    .formatted(one.restocked, one.received ? "had left" : "are held back"),
                "%s given back, %s held back, %s had left"
                    .formatted(one.givenBack, one.held, left)));
      }
    });
  }

  /** The SKU of a line, or words that are none. */
  private static String sku(@Nullable StoredOrder order, int line) {
    List<Stored.Line> all = order == null || order.lines() == null ? List.of() : order.lines();
    return line >= 1 && line <= all.size() ? all.get(line - 1).sku() : "no line " + line;
  }

  private static Map<String, Long> gone(List<Parcel> parcels) {
    Map<String, Long> gone = new HashMap<>();
    for (Parcel parcel : parcels) {
      if (parcel.isGone() && parcel.lines() != null) {
        parcel.lines().forEach(line -> gone.merge(line.sku(), line.quantity(), Long::sum));
      }
    }
    return gone;
  }
}
