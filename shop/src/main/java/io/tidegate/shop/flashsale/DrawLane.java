package io.tidegate.shop.flashsale;

import io.tidegate.platform.db.IdempotencyTable;
import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.LaneHandler;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.customer.Consignee;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.PlaceOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Takes many entries of draws in one transaction, each once for its key, and one for each customer
 * and SKU. It holds their sales, so nobody enters a draw that is drawn meanwhile.
 */
final class DrawLane
    implements LaneHandler<FlashOrder, DrawBatch, Outcome<DrawEntry, FlashRefusal>> {

  /** So many may enter one draw: whoever draws it holds all of them in memory. */
  static final long ENTRIES_MAX = 500_000;

  private static final int BYTES = 512;

  private final ConsigneeStore consignees;
  private final TicketText tickets;

  DrawLane(ConsigneeStore consignees, TicketText tickets) {
    this.consignees = consignees;
    this.tickets = tickets;
  }

  /** What a command takes of a batch's bytes, roughly. */
  static int bytes(FlashOrder order) {
    return BYTES;
  }

  /** What a customer gets for an entry, then and whenever it sends the same again. */
  static Ticket ticket(Sale sale, long number, long userId) {
    return new Ticket(sale.id(), new OrderNumber(number), userId, sale.endsAt());
  }

  /** Keys of entries refer to them by a negative number: the order's own key is another one. */
  private static Entry key(FlashOrder order) {
    return new Entry(order.key(), order.commandHash(), -order.number().value());
  }

  @Override
  public DrawBatch load(Tx tx, List<FlashOrder> orders) {
    Map<String, Entry> known =
        IdempotencyTable.claim(tx, orders.stream().map(DrawLane::key).toList());
    Map<Long, Sale> sales = new HashMap<>();
    for (long id : new TreeSet<>(orders.stream().map(FlashOrder::sale).toList())) {
      SaleStore.lock(tx, id).ifPresent(sale -> sales.put(id, sale));
    }
    Map<Long, DrawEntry> replays = new HashMap<>();
    DrawStore.entries(tx, known.values().stream().map(entry -> -entry.reference()).toList())
        .forEach(entry -> replays.put(entry.number(), entry));
    Map<Long, Long> counts = new HashMap<>();
    DrawStore.read(tx, sales.keySet()).forEach((id, draw) -> counts.put(id, draw.entries()));
    return new DrawBatch(
        known,
        replays,
        sales,
        new HashSet<>(
            DrawStore.entered(tx, new HashSet<>(orders.stream().map(DrawLane::wanted).toList()))),
        counts);
  }

  private static DrawStore.Wanted wanted(FlashOrder order) {
    return new DrawStore.Wanted(order.sale(), order.sku(), order.userId());
  }

  @Override
  public Outcome<DrawEntry, FlashRefusal> decide(DrawBatch batch, FlashOrder order, Instant now) {
    String mapKey = IdempotencyTable.mapKey(order.key());
    Entry known = batch.known.get(mapKey);
    if (known != null) {
      DrawEntry before = batch.replays.get(-known.reference());
      return known.sameCommand(order.commandHash()) && before != null
          ? Outcome.alreadyApplied(before)
          : Outcome.refused(FlashRefusal.KEY_REUSED);
    }
    DrawBatch.Twin twin = batch.byKey.get(mapKey);
    if (twin != null) {
      return Arrays.equals(twin.commandHash(), order.commandHash())
          ? Outcome.alreadyApplied(twin.entry())
          : Outcome.refused(FlashRefusal.KEY_REUSED);
    }
    Sale sale = batch.sales.get(order.sale());
    FlashRefusal why = refusal(batch, sale, order, now);
    if (sale == null || why != null) {
      batch.released.add(order.key());
      return Outcome.refused(why == null ? FlashRefusal.ENDED : why);
    }
    DrawEntry entry = entry(sale, order);
    batch.entries.add(entry);
    batch.consignees.add(new Consignee(entry.number(), order.address()));
    batch.kept.add(key(order));
    batch.byKey.put(mapKey, new DrawBatch.Twin(order.commandHash(), entry));
    batch.entered.add(wanted(order));
    batch.counts.merge(sale.id(), 1L, Long::sum);
    return Outcome.applied(entry);
  }

  /** Why somebody doesn't enter; null where he does. */
  private static @Nullable FlashRefusal refusal(
      DrawBatch batch, @Nullable Sale sale, FlashOrder order, Instant now) {
    if (order.way() == FlashOrder.Way.REPEATED) {
      return FlashRefusal.TOKEN_INVALID;
    }
    if (sale == null || !now.isBefore(sale.closesAt()) || !sale.isLive()) {
      return FlashRefusal.ENDED;
    }
    if (!sale.isOpen(now)) {
      return FlashRefusal.NOT_STARTED;
    }
    SaleItem item = sale.item(order.sku()).orElse(null);
    if (item == null) {
      return FlashRefusal.NOT_SELLABLE;
    }
    if (order.quantity() > item.perUser() || batch.entered.contains(wanted(order))) {
      return FlashRefusal.LIMIT_REACHED;
    }
    if (order.address().equals(PlaceOrder.NOWHERE)) {
      return FlashRefusal.NO_SUCH_ADDRESS;
    }
    return batch.counts.getOrDefault(sale.id(), 0L) >= ENTRIES_MAX ? FlashRefusal.SOLD_OUT : null;
  }

  private DrawEntry entry(Sale sale, FlashOrder order) {
    long number = order.number().value();
    String text = tickets.of(ticket(sale, number, order.userId()));
    return new DrawEntry(
        number,
        sale.id(),
        order.sku(),
        order.userId(),
        order.quantity(),
        Sha256.of(text.getBytes(StandardCharsets.US_ASCII)),
        order.cause().traceparent(),
        DrawEntry.State.ENTERED);
  }

  @Override
  public void save(Tx tx, DrawBatch batch) {
    if (batch.entries.isEmpty()) { // it is rolled back, and the claimed keys with it
      return;
    }
    IdempotencyTable.settle(tx, batch.released, batch.kept);
    consignees.write(tx, batch.consignees);
    DrawStore.insert(tx, batch.entries);
  }
}
