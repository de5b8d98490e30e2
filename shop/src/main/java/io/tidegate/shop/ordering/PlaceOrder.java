package io.tidegate.shop.ordering;

import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.Invoice;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Pricing.Excess;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A customer's wish for an order: priced, its stock locked, its perks held, exactly once for its
 * key.
 *
 * @param number given before it is decided; kept only when it is placed
 * @param quoted what the customer was shown, where a quote is placed
 * @param expectedTotal what the customer was shown without one; less than today's is refused
 * @param key 16 bytes, the idempotency key's hash
 * @param commandHash 16 bytes over everything that was asked for
 */
public record PlaceOrder(
    OrderNumber number,
    long userId,
    List<Line> lines,
    Address address,
    Invoice invoice,
    Wishes wishes,
    @Nullable Quoted quoted,
    @Nullable Money expectedTotal,
    byte[] key,
    byte[] commandHash,
    Cause cause) {

  /** A wish for goods alone. */
  public PlaceOrder(
      OrderNumber number,
      long userId,
      List<Line> lines,
      Address address,
      @Nullable Money expectedTotal,
      byte[] key,
      byte[] commandHash,
      Cause cause) {
    this(
        number,
        userId,
        lines,
        address,
        Invoice.none(),
        Wishes.NONE,
        null,
        expectedTotal,
        key,
        commandHash,
        cause);
  }

  /**
   * Stands for a saved address that is not there. The command is refused, unless its key has its
   * answer already: then the address may have been deleted since. No address is like it.
   */
  public static final Address NOWHERE = new Address("", "", "", "");

  /** Some pieces of a SKU. */
  public record Line(String sku, int quantity) {}

  /** Why an order isn't placed. Lines count from 0. */
  public sealed interface Refusal {

    /**
     * @param lines all that are short
     * @param fewer those of them of which some are left
     */
    record OutOfStock(List<Integer> lines, List<Integer> fewer) implements Refusal {}

    record NotSellable(List<Integer> lines) implements Refusal {}

    /**
     * @param lines those whose price rose
     * @param causes what else made it dearer than its quote, in words
     */
    record PriceChanged(Amounts current, List<Integer> lines, List<String> causes)
        implements Refusal {}

    /** The total is in another currency than was expected. */
    record OtherCurrency(String currency) implements Refusal {}

    record QuoteExpired() implements Refusal {}

    /** The saved address that is asked for is not there. */
    record NoSuchAddress() implements Refusal {}

    /** The quote was made for another address. */
    record OtherAddress() implements Refusal {}

    /** The saved address that the quote was made for is another by now, or was deleted. */
    record AddressChanged() implements Refusal {}

    /**
     * @param why a word, such as {@code below_minimum}
     */
    record CouponUnavailable(String why) implements Refusal {}

    /** Points pay for a share of the goods only. */
    record PointsAboveShare(long most) implements Refusal {}

    record TooFewPoints() implements Refusal {}

    record PacketUnavailable() implements Refusal {}

    /**
     * @param unknown whether there is no such courier; else none goes there
     */
    record NotCarried(boolean unknown) implements Refusal {}

    record KeyReused() implements Refusal {}

    /** Its key has placed an order that has left the database since. */
    record Archived(long number) implements Refusal {}
  }

  /** Why a coupon that fits can't be had: it is not there, or another order has it. */
  static final String TAKEN = "taken";

  /**
   * Decides by today's prices and by what was loaded.
   *
   * @param now by the database's clock; what is free is paid then
   * @param payBefore until when an order that is not free can be paid
   */
  Outcome<Order, Refusal> decide(Tariff tariff, Supply supply, Instant now, Instant payBefore) {
    if (quoted == null && goesNowhere()) {
      return Outcome.refused(new Refusal.NoSuchAddress());
    }
    Outcome<Priced, Refusal> outcome =
        quoted == null ? priced(tariff, now, Excess.REFUSED) : quoted(tariff, quoted, now);
    return switch (outcome) {
      case Outcome.Refused<Priced, Refusal>(Refusal why) -> Outcome.refused(why);
      case Outcome.Applied<Priced, Refusal>(Priced priced) ->
          decide(priced, supply, now, payBefore);
      case Outcome.AlreadyApplied<Priced, Refusal>(Priced priced) ->
          decide(priced, supply, now, payBefore);
    };
  }

  /** Whether something of it did not seem to be there: it is refused, unless it is a replay. */
  boolean isDoubtful() {
    return wishes.doubtful() || goesNowhere();
  }

  private boolean goesNowhere() {
    return address.equals(NOWHERE);
  }

  /** The same where nothing stands against it but prices. */
  public Outcome<Order, Refusal> decide(Tariff tariff, Instant now, Instant payBefore) {
    return decide(tariff, Unlimited.SUPPLY, now, payBefore);
  }

  private Outcome<Priced, Refusal> priced(Tariff tariff, Instant at, Excess excess) {
    return switch (Basket.of(tariff, lines, at)) {
      case Outcome.Refused<Basket, Refusal>(Refusal why) -> Outcome.refused(why);
      case Outcome.Applied<Basket, Refusal>(Basket basket) ->
          Pricing.price(tariff, basket, address.region(), wishes, at, excess);
      case Outcome.AlreadyApplied<Basket, Refusal>(Basket basket) ->
          Pricing.price(tariff, basket, address.region(), wishes, at, excess);
    };
  }

  /**
   * The lower of what it costs by the quote's time and by now: so what ends while the quote lasts
   * is honoured, and what begins is given. Today's goods and rules stand behind both, so what staff
   * have raised since is told.
   */
  private Outcome<Priced, Refusal> quoted(Tariff tariff, Quoted quote, Instant now) {
    if (!now.isBefore(quote.expiresAt())) {
      return Outcome.refused(new Refusal.QuoteExpired());
    }
    switch (quote.destination()) {
      case SAME -> {}
      case CHANGED -> {
        return Outcome.refused(new Refusal.AddressChanged());
      }
      case OTHER -> {
        return Outcome.refused(
            goesNowhere() ? new Refusal.NoSuchAddress() : new Refusal.OtherAddress());
      }
    }
    Outcome<Priced, Refusal> then = priced(tariff, quote.issuedAt(), Excess.CUT);
    Outcome<Priced, Refusal> today = priced(tariff, now, Excess.CUT);
    if (then instanceof Outcome.Applied<Priced, Refusal>(Priced old)
        && today instanceof Outcome.Applied<Priced, Refusal>(Priced fresh)) {
      return better(quote, old, fresh);
    }
    return then instanceof Outcome.Applied ? today : then;
  }

  private static Outcome<Priced, Refusal> better(Quoted quote, Priced then, Priced today) {
    Amounts shown = quote.amounts();
    Priced best = today.amounts().total() < then.amounts().total() ? today : then;
    return best.amounts().total() > shown.total()
            || !best.amounts().currency().equals(shown.currency())
        ? Outcome.refused(
            new Refusal.PriceChanged(
                today.amounts(), Dearer.lines(quote, today), Dearer.causes(quote, today)))
        : Outcome.applied(best);
  }

  private Outcome<Order, Refusal> decide(
      Priced priced, Supply supply, Instant now, Instant payBefore) {
    Refusal refusal = missing(supply);
    if (refusal == null) {
      refusal = unexpected(priced.amounts());
    }
    if (refusal == null && !priced.discounts().isEmpty()) {
      refusal = withoutPerks(priced, supply);
    }
    return refusal == null
        ? Outcome.applied(order(priced, now, payBefore))
        : Outcome.refused(refusal);
  }

  private @Nullable Refusal missing(Supply supply) {
    List<Integer> missing = new ArrayList<>(0);
    List<Integer> fewer = new ArrayList<>(0);
    Map<String, Long> own = new HashMap<>(); // lines of the same SKU draw on the same pieces
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      long wanted = own.merge(line.sku(), (long) line.quantity(), Math::addExact);
      long pieces = supply.pieces(line.sku());
      if (pieces < wanted) {
        missing.add(i);
        if (pieces > 0) {
          fewer.add(i);
        }
      }
    }
    return missing.isEmpty() ? null : new Refusal.OutOfStock(missing, fewer);
  }

  /** More than today's is no error: a price that fell is given to the customer. */
  private @Nullable Refusal unexpected(Amounts amounts) {
    if (expectedTotal == null) {
      return null;
    }
    if (!expectedTotal.currency().equals(amounts.currency())) {
      return new Refusal.OtherCurrency(amounts.currency());
    }
    return expectedTotal.amount() < amounts.total()
        ? new Refusal.PriceChanged(amounts, List.of(), List.of())
        : null;
  }

  private @Nullable Refusal withoutPerks(Priced priced, Supply supply) {
    for (Discount discount : priced.discounts()) {
      Refusal refusal =
          switch (discount.kind()) {
            case PROMOTION -> null;
            case COUPON ->
                supply.hasCoupon(userId, discount.number())
                    ? null
                    : new Refusal.CouponUnavailable(TAKEN);
            case POINTS ->
                supply.points(userId) >= discount.number() ? null : new Refusal.TooFewPoints();
            case RED_PACKET ->
                supply.packet(userId, discount.number()) >= discount.amount()
                    ? null
                    : new Refusal.PacketUnavailable();
          };
      if (refusal != null) {
        return refusal;
      }
    }
    return null;
  }

  /** Nothing to pay: it is paid as it is placed, in two steps of its history. */
  private Order order(Priced priced, Instant now, Instant payBefore) {
    boolean told = wishes.courier() != null || priced.amounts().freight() > 0;
    Order placed =
        new Order(
            number,
            userId,
            1,
            new OrderState.AwaitingPayment(payBefore),
            address.region(),
            priced.amounts(),
            0,
            payBefore,
            null,
            priced.items(),
            priced.discounts(),
            told ? priced.courier() : null);
    return placed.amounts().total() == 0
        ? placed.with(new OrderState.AwaitingShipment(now))
        : placed;
  }

  /** There is enough of everything. */
  private enum Unlimited implements Supply {
    SUPPLY;

    @Override
    public long pieces(String sku) {
      return ENOUGH;
    }

    @Override
    public boolean hasCoupon(long userId, long coupon) {
      return true;
    }

    @Override
    public long points(long userId) {
      return ENOUGH;
    }

    @Override
    public long packet(long userId, long packet) {
      return ENOUGH;
    }
  }
}
