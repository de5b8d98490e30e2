package io.tidegate.shop.ordering;

import io.tidegate.platform.db.IdempotencyTable;
import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.LaneHandler;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.Event;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.Consignee;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.inventory.Stock;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.kernel.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Places many orders in one transaction. Owns no rule: rules are in {@link PlaceOrder}.
 *
 * <p>A batch first goes without load: keys, stock and prices are decided by the database itself
 * (unique key, CHECK on stock, the catalogue's revision), in one round trip. Thrown back, it claims
 * its keys, locks its stock and decides here.
 */
final class PlaceLane
    implements LaneHandler<PlaceOrder, PlaceBatch, Outcome<Placed, PlaceOrder.Refusal>> {

  private final Catalog catalog;
  private final ConsigneeStore consignees;
  private final EventLog log;
  private final Runnable published;
  private final Duration payWindow;
  private final Scarcity scarcity = new Scarcity(System::nanoTime);

  /**
   * @param published told after each commit that events wait
   */
  PlaceLane(
      Catalog catalog,
      ConsigneeStore consignees,
      EventLog log,
      Runnable published,
      Duration payWindow) {
    this.catalog = catalog;
    this.consignees = consignees;
    this.log = log;
    this.published = published;
    this.payWindow = payWindow;
  }

  @Override
  public boolean mayGoFirst(PlaceOrder command) {
    return scarcity.mayGoFirst(command);
  }

  @Override
  public PlaceBatch assume(List<PlaceOrder> commands) {
    return new PlaceBatch(catalog.revision(), null, Map.of(), Map.of(), false);
  }

  @Override
  public PlaceBatch load(Tx tx, List<PlaceOrder> commands) {
    Map<String, Entry> known = IdempotencyTable.claim(tx, entries(commands));
    Map<Long, Placed> replays = replays(tx, known);
    long revision = CatalogStore.revision(tx);
    if (revision != catalog.revision()) {
      catalog.refresh();
    }
    Map<String, Stock> stock =
        StockStore.lock(
            tx,
            commands.stream()
                .flatMap(command -> command.lines().stream())
                .map(PlaceOrder.Line::sku)
                .toList());
    scarcity.seen(stock.values());
    return new PlaceBatch(catalog.revision(), stock, known, replays, true);
  }

  @Override
  public Outcome<Placed, PlaceOrder.Refusal> decide(
      PlaceBatch batch, PlaceOrder command, Instant now) {
    String mapKey = IdempotencyTable.mapKey(command.key());
    Entry known = batch.knownKeys.get(mapKey);
    if (known != null) {
      Placed before = batch.replays.get(known.reference());
      return before != null && known.sameCommand(command.commandHash())
          ? Outcome.alreadyApplied(before)
          : Outcome.refused(new PlaceOrder.Refusal.KeyReused());
    }
    PlaceBatch.Twin twin = batch.byKey.get(mapKey);
    if (twin != null) {
      return Arrays.equals(twin.commandHash(), command.commandHash())
          ? Outcome.alreadyApplied(twin.placed())
          : Outcome.refused(new PlaceOrder.Refusal.KeyReused());
    }
    Map<String, Stock> stock = batch.stock;
    Outcome<Order, PlaceOrder.Refusal> outcome =
        command.decide(
            catalog::offer,
            stock == null ? null : stock::get,
            batch.moves::taken,
            now.plus(payWindow));
    return switch (outcome) {
      case Outcome.Applied<Order, PlaceOrder.Refusal>(Order order) -> {
        batch.add(command, order, mapKey, now);
        yield Outcome.applied(new Placed(order, command.address()));
      }
      case Outcome.AlreadyApplied<Order, PlaceOrder.Refusal>(Order order) ->
          Outcome.alreadyApplied(new Placed(order, command.address()));
      case Outcome.Refused<Order, PlaceOrder.Refusal>(PlaceOrder.Refusal why) -> {
        if (batch.claimed) {
          batch.released.add(command.key());
        }
        yield Outcome.refused(why);
      }
    };
  }

  @Override
  public void save(Tx tx, PlaceBatch batch) {
    if (batch.orders.isEmpty()) {
      return; // rolled back, and the claimed keys with it
    }
    if (batch.claimed) {
      release(tx, batch);
    } else {
      IdempotencyTable.insert(tx, entries(batch.commands));
    }
    List<String> histories = new ArrayList<>(batch.orders.size());
    List<Consignee> addresses = new ArrayList<>(batch.orders.size());
    List<Event> events = new ArrayList<>(batch.orders.size());
    long[] numbers = new long[batch.orders.size()];
    for (int i = 0; i < numbers.length; i++) {
      PlaceOrder command = batch.commands.get(i);
      Order order = batch.orders.get(i);
      Cause cause = command.cause();
      numbers[i] = order.number().value();
      histories.add(OrderText.steps(List.of(placed(order, cause))));
      addresses.add(new Consignee(numbers[i], command.address()));
      events.add(
          OrderEventsJson.event(
              new OrderFact.Placed(order, order.createdAt()), cause.traceparent()));
    }
    OrderStore.insert(tx, batch.orders, histories);
    consignees.write(tx, addresses);
    DueStore.add(tx, batch.orders.getFirst().payBefore(), DueStore.Kind.PAY, numbers);
    log.append(tx, events);
    CatalogStore.expectRevision(tx, batch.catalogRevision);
    StockStore.move(tx, batch.moves);
  }

  @Override
  public void thrownBack(List<PlaceOrder> commands) {
    scarcity.suspect(commands);
    catalog.refresh();
  }

  @Override
  public void committed(PlaceBatch batch) {
    if (!batch.commands.isEmpty()) {
      scarcity.placed(batch.commands);
      published.run();
    }
  }

  /** What a command takes of a batch's bytes: its texts, roughly. */
  static int bytes(PlaceOrder command) {
    return 256 + 64 * command.lines().size();
  }

  static Step placed(Order order, Cause cause) {
    return new Step(
        1,
        order.createdAt(),
        null,
        Status.AWAITING_PAYMENT,
        "order.placed",
        cause.actor(),
        cause.traceId());
  }

  /**
   * Frees the keys of refused commands. A later command of the batch may have used such a key
   * again: then it is claimed anew, for that one's order.
   */
  private static void release(Tx tx, PlaceBatch batch) {
    if (batch.released.isEmpty()) {
      return;
    }
    IdempotencyTable.release(tx, batch.released);
    Set<String> released =
        batch.released.stream().map(IdempotencyTable::mapKey).collect(Collectors.toSet());
    List<PlaceOrder> again =
        batch.commands.stream()
            .filter(command -> released.contains(IdempotencyTable.mapKey(command.key())))
            .toList();
    if (!again.isEmpty()) {
      IdempotencyTable.insert(tx, entries(again));
    }
  }

  private static List<Entry> entries(List<PlaceOrder> commands) {
    List<Entry> entries = new ArrayList<>(commands.size());
    for (PlaceOrder command : commands) {
      entries.add(new Entry(command.key(), command.commandHash(), command.number().value()));
    }
    return entries;
  }

  private Map<Long, Placed> replays(Tx tx, Map<String, Entry> known) {
    if (known.isEmpty()) {
      return Map.of();
    }
    long[] numbers = known.values().stream().mapToLong(Entry::reference).sorted().toArray();
    Map<Long, Address> addresses = new HashMap<>();
    consignees
        .find(Arrays.stream(numbers).boxed().toList())
        .forEach(row -> addresses.put(row.orderNumber(), row.address()));
    Map<Long, Placed> replays = new HashMap<>();
    for (Order order : OrderStore.read(tx, numbers)) {
      long number = order.number().value();
      replays.put(number, PlaceBatch.replay(order, addresses.get(number)));
    }
    return replays;
  }
}
