package io.tidegate.shop.ordering;

import io.tidegate.platform.db.IdempotencyTable;
import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.LaneHandler;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.cart.CartLine;
import io.tidegate.shop.cart.CartStore;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.inventory.Stock;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.Coupon;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.RedPacket;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.marketing.RedPacketTake;
import io.tidegate.shop.points.PointsStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Places many orders in one transaction. Owns no rule: rules are in {@link PlaceOrder}.
 *
 * <p>A batch first goes without load: keys, stock, perks and prices are decided by the database
 * itself (unique key, CHECK on stock, expected rows, the catalogue's revision), in one round trip.
 * Thrown back, it claims its keys, locks its perks and stock, and decides here.
 */
final class PlaceLane implements LaneHandler<PlaceOrder, PlaceBatch, PlaceLane.Answer> {

  /**
   * What became of a command.
   *
   * @param sure false for a refusal by a batch that had not looked whether the key has its answer
   *     already: it must look, {@link #carefully}
   */
  record Answer(Outcome<Placed, PlaceOrder.Refusal> outcome, boolean sure) {}

  private final TariffBook tariffs;
  private final PlacedStore rows;
  private final ConsigneeStore consignees;
  private final Runnable published;
  private final Duration payWindow;
  private final Scarcity scarcity = new Scarcity(System::nanoTime);

  /** Keys of commands that must load; one for each caller that waits for it. */
  private final Set<String> careful = ConcurrentHashMap.newKeySet();

  /**
   * @param published told after each commit that events wait
   */
  PlaceLane(
      TariffBook tariffs,
      PlacedStore rows,
      ConsigneeStore consignees,
      Runnable published,
      Duration payWindow) {
    this.tariffs = tariffs;
    this.rows = rows;
    this.consignees = consignees;
    this.published = published;
    this.payWindow = payWindow;
  }

  /** Runs a command in a batch that loads. */
  Answer carefully(PlaceOrder command, Supplier<Answer> submit) {
    String key = IdempotencyTable.mapKey(command.key());
    careful.add(key);
    try {
      return submit.get();
    } finally {
      careful.remove(key);
    }
  }

  @Override
  public boolean mayGoFirst(PlaceOrder command) {
    return !command.isDoubtful()
        && scarcity.mayGoFirst(command)
        && (careful.isEmpty() || !careful.contains(IdempotencyTable.mapKey(command.key())));
  }

  @Override
  public PlaceBatch assume(List<PlaceOrder> commands) {
    return new PlaceBatch(tariffs.seen(), null);
  }

  @Override
  public PlaceBatch load(Tx tx, List<PlaceOrder> commands) {
    Map<String, Entry> known = IdempotencyTable.claim(tx, PlacedStore.entries(commands));
    Map<Long, Placed> replays = ReplayStore.read(tx, consignees, known);
    if (CatalogStore.revision(tx) != tariffs.seen().revision()) {
      tariffs.refresh();
    }
    List<PlaceOrder> withPerks =
        commands.stream().filter(command -> command.wishes().wantPerks()).toList();
    Set<CartLine> cart = CartStore.lock(tx, PlacedStore.cartPieces(commands).keySet());
    Map<Long, Coupon> coupons = coupons(tx, withPerks);
    Map<Long, Long> points = points(tx, withPerks);
    Map<Long, RedPacket> packets = packets(tx, withPerks);
    Map<String, Stock> stock =
        StockStore.lock(
            tx,
            commands.stream()
                .flatMap(command -> command.lines().stream())
                .map(PlaceOrder.Line::sku)
                .toList());
    scarcity.seen(stock.values());
    return new PlaceBatch(
        tariffs.seen(),
        new PlaceBatch.Loaded(known, replays, cart, stock, coupons, points, packets));
  }

  @Override
  public Answer decide(PlaceBatch batch, PlaceOrder command, Instant now) {
    PlaceBatch.Loaded loaded = batch.loaded;
    String mapKey = IdempotencyTable.mapKey(command.key());
    Entry known = loaded == null ? null : loaded.knownKeys().get(mapKey);
    if (loaded != null && known != null) {
      Placed before = loaded.replays().get(known.reference());
      if (before == null && known.sameCommand(command.commandHash())) {
        return sure(Outcome.refused(new PlaceOrder.Refusal.Archived(known.reference())));
      }
      return sure(
          before != null && known.sameCommand(command.commandHash())
              ? Outcome.alreadyApplied(before)
              : Outcome.refused(new PlaceOrder.Refusal.KeyReused()));
    }
    PlaceBatch.Twin twin = batch.byKey.get(mapKey);
    if (twin != null) {
      return sure(
          Arrays.equals(twin.commandHash(), command.commandHash())
              ? Outcome.alreadyApplied(twin.placed())
              : Outcome.refused(new PlaceOrder.Refusal.KeyReused()));
    }
    return switch (command.decide(batch.tariff, batch, now, now.plus(payWindow))) {
      case Outcome.Applied<Order, PlaceOrder.Refusal>(Order order) -> {
        batch.add(command, order, mapKey, now);
        yield sure(Outcome.applied(Placed.of(command, order)));
      }
      case Outcome.AlreadyApplied<Order, PlaceOrder.Refusal>(Order order) ->
          sure(Outcome.alreadyApplied(Placed.of(command, order)));
      case Outcome.Refused<Order, PlaceOrder.Refusal>(PlaceOrder.Refusal why) -> {
        if (loaded != null) {
          batch.released.add(command.key());
        }
        yield new Answer(Outcome.refused(why), loaded != null);
      }
    };
  }

  private static Answer sure(Outcome<Placed, PlaceOrder.Refusal> outcome) {
    return new Answer(outcome, true);
  }

  @Override
  public void save(Tx tx, PlaceBatch batch) {
    if (!batch.orders.isEmpty()) { // else it is rolled back, and the claimed keys with it
      rows.write(tx, batch);
    }
  }

  @Override
  public void thrownBack(List<PlaceOrder> commands) {
    scarcity.suspect(commands);
    tariffs.refresh();
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

  private static Map<Long, Coupon> coupons(Tx tx, List<PlaceOrder> withPerks) {
    List<Long> ids = new ArrayList<>(0);
    for (PlaceOrder command : withPerks) {
      Coupon coupon = command.wishes().coupon();
      if (coupon != null) {
        ids.add(coupon.id());
      }
    }
    return ids.isEmpty() ? Map.of() : CouponStore.lock(tx, ids);
  }

  private static Map<Long, Long> points(Tx tx, List<PlaceOrder> withPerks) {
    List<Long> users =
        withPerks.stream()
            .filter(command -> command.wishes().points() > 0)
            .map(PlaceOrder::userId)
            .toList();
    return users.isEmpty() ? Map.of() : PointsStore.lock(tx, users);
  }

  private static Map<Long, RedPacket> packets(Tx tx, List<PlaceOrder> withPerks) {
    List<RedPacketTake> takes = new ArrayList<>(0);
    for (PlaceOrder command : withPerks) {
      for (Wishes.PacketWish wish : command.wishes().packets()) {
        takes.add(
            new RedPacketTake(command.number().value(), command.userId(), wish.id(), wish.most()));
      }
    }
    return takes.isEmpty() ? Map.of() : RedPacketStore.lock(tx, takes);
  }
}
