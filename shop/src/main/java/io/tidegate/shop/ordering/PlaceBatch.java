package io.tidegate.shop.ordering;

import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.shop.cart.CartLine;
import io.tidegate.shop.inventory.Stock;
import io.tidegate.shop.inventory.StockMoves;
import io.tidegate.shop.marketing.Coupon;
import io.tidegate.shop.marketing.GrantState;
import io.tidegate.shop.marketing.RedPacket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The working copy of a batch of orders to be placed.
 *
 * <p>With load: keys are claimed, stock and perks are locked. Without: the database decides, and
 * what a command is refused for here may have another cause (its key may have been used before).
 */
final class PlaceBatch implements Supply {

  final long revision;
  final Tariff tariff;
  final @Nullable Loaded loaded;
  final StockMoves moves = new StockMoves();
  final List<PlaceOrder> commands = new ArrayList<>();
  final List<Order> orders = new ArrayList<>();
  final Map<String, Twin> byKey = new HashMap<>();
  final List<byte[]> released = new ArrayList<>(0);
  final HoldBatch holds = new HoldBatch();

  /** Of {@link #holds}, those of orders that were paid as they were placed. */
  final HoldBatch used = new HoldBatch();

  private final Set<Long> coupons = new HashSet<>(0);
  private final Map<Long, Long> points = new HashMap<>(0);
  private final Map<Long, Long> packets = new HashMap<>(0);

  /**
   * What was locked.
   *
   * @param knownKeys keys that had an answer before, and what it was
   * @param cart lines of carts that are there to be left
   * @param points balances by user
   */
  record Loaded(
      Map<String, Entry> knownKeys,
      Map<Long, Placed> replays,
      Set<CartLine> cart,
      Map<String, Stock> stock,
      Map<Long, Coupon> coupons,
      Map<Long, Long> points,
      Map<Long, RedPacket> packets) {}

  /** What an earlier command of the batch made of a key. */
  record Twin(byte[] commandHash, Placed placed) {}

  PlaceBatch(TariffBook.Seen seen, @Nullable Loaded loaded) {
    this.revision = seen.revision();
    this.tariff = seen.tariff();
    this.loaded = loaded;
  }

  void add(PlaceOrder command, Order order, String mapKey, Instant now) {
    commands.add(command);
    orders.add(order);
    byKey.put(mapKey, new Twin(command.commandHash(), Placed.of(command, order)));
    boolean isPaid = order.status().isPaid();
    for (PlaceOrder.Line line : command.lines()) {
      moves.lock(line.sku(), line.quantity());
      if (isPaid) {
        moves.sell(line.sku(), line.quantity());
      }
    }
    if (order.hasHolds()) {
      take(command, order, now, isPaid);
    }
  }

  private void take(PlaceOrder command, Order order, Instant now, boolean isPaid) {
    Quoted quoted = command.quoted();
    holds.add(order, now, quoted == null ? now : quoted.issuedAt());
    if (isPaid) {
      used.add(order, now, now);
    }
    for (Discount discount : order.discounts()) {
      switch (discount.kind()) {
        case PROMOTION -> {}
        case COUPON -> coupons.add(discount.number());
        case POINTS -> points.merge(order.userId(), discount.number(), Math::addExact);
        case RED_PACKET -> packets.merge(discount.number(), discount.amount(), Math::addExact);
      }
    }
  }

  @Override
  public long pieces(String sku) {
    if (loaded == null) {
      return ENOUGH;
    }
    Stock row = loaded.stock().get(sku);
    return row == null ? 0 : row.available() - moves.taken(sku);
  }

  @Override
  public boolean hasCoupon(long userId, long coupon) {
    if (coupons.contains(coupon)) {
      return false; // an earlier order of the batch has it
    }
    if (loaded == null) {
      return true;
    }
    Coupon row = loaded.coupons().get(coupon);
    return row != null && row.userId() == userId && row.state() == GrantState.GRANTED;
  }

  @Override
  public long points(long userId) {
    return loaded == null
        ? ENOUGH
        : loaded.points().getOrDefault(userId, 0L) - points.getOrDefault(userId, 0L);
  }

  @Override
  public long packet(long userId, long packet) {
    if (loaded == null) {
      return ENOUGH;
    }
    RedPacket row = loaded.packets().get(packet);
    return row == null || row.userId() != userId
        ? 0
        : row.remaining().amount() - packets.getOrDefault(packet, 0L);
  }
}
