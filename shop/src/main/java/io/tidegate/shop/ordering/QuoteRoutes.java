package io.tidegate.shop.ordering;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.cart.CartItem;
import io.tidegate.shop.cart.CartStore;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.Invoice;
import io.tidegate.shop.inventory.Availability;
import io.tidegate.shop.inventory.Stock;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.ordering.PlaceOrder.Line;
import io.tidegate.shop.ordering.PlaceOrder.Refusal;
import io.tidegate.shop.ordering.Pricing.Excess;
import io.tidegate.shop.points.PointsStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/quotes}: what an order would be, before it is placed. It writes nothing. */
public final class QuoteRoutes implements Routes {

  /** How long a customer may think about it. */
  static final Duration VALID = Duration.ofMinutes(15);

  private final AskService asks;
  private final QuoteText quotes;
  private final CartStore cart;
  private final Availability availability;
  private final StockStore stock;
  private final CouponStore coupons;
  private final PointsStore points;
  private final RedPacketStore packets;
  private final InstantSource clock;

  public QuoteRoutes(
      AskService asks,
      QuoteText quotes,
      CartStore cart,
      Availability availability,
      StockStore stock,
      CouponStore coupons,
      PointsStore points,
      RedPacketStore packets,
      InstantSource clock) {
    this.asks = asks;
    this.quotes = quotes;
    this.cart = cart;
    this.availability = availability;
    this.stock = stock;
    this.coupons = coupons;
    this.points = points;
    this.packets = packets;
    this.clock = clock;
  }

  @Override
  public void register(Router router) {
    router.post("/v1/quotes", Access.customer(), this::quote);
  }

  private Reply quote(Request request) {
    long user = request.caller().customer();
    Fields body = request.json();
    boolean fromCart = Boolean.TRUE.equals(body.optionalBool("fromCart"));
    List<Line> given = AskJson.goods(body, "fromCart", fromCart);
    Ask ask = AskJson.read(body, asks.districts());
    body.check();
    List<Line> lines = fromCart ? fromCart(user) : given;
    Long addressId = ask.addressId();
    if (ask.address() == null && addressId == null) {
      addressId = asks.defaultAddress(user);
    }
    Address address = asks.address(user, ask.address(), addressId);
    Tariff tariff = asks.tariff();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Basket basket = applied(Basket.of(tariff, lines, now), lines);
    refuseShort(lines);
    Wishes wishes = asks.wishes(user, ask, lines);
    if (wishes.lacksPackets()) {
      throw PlaceProblemJson.packetUnavailable("/redPackets");
    }
    Priced priced =
        applied(
            Pricing.price(tariff, basket, address.region(), wishes, now, Excess.REFUSED), lines);
    long balance = points.balance(user);
    if (priced.points() > balance) {
      throw PlaceProblemJson.tooFewPoints("/points");
    }
    Invoice invoice = ask.invoice() == null ? Invoice.none() : ask.invoice();
    Quote quote = quote(user, fromCart, lines, priced, address, addressId, ask, invoice);
    QuoteJson.Shown shown =
        new QuoteJson.Shown(
            quotes.seal(quote),
            quote,
            priced,
            tariff.couriers(address.region(), basket.grams(), basket.goods(), basket.currency()),
            basket,
            coupons.offered(user, now),
            balance,
            tariff,
            packets.balance(user, basket.currency()));
    return Reply.json(200, QuoteJson.write(shown, request.header("Accept-Language")));
  }

  private List<Line> fromCart(long user) {
    List<Line> lines =
        cart.find(user).selected().stream()
            .sorted(Comparator.comparing(CartItem::addedAt).thenComparing(CartItem::sku))
            .map(item -> new Line(item.sku(), item.quantity()))
            .toList();
    if (lines.isEmpty() || lines.size() > Order.LINES_MAX) {
      throw Problem.invalid(
          "/fromCart",
          lines.isEmpty()
              ? "nothing is selected in the cart"
              : "more than " + Order.LINES_MAX + " goods are selected in the cart");
    }
    return lines;
  }

  private void refuseShort(List<Line> lines) {
    Map<String, Long> several = pieces(lines);
    List<Integer> missing = new ArrayList<>(0);
    List<Integer> fewer = new ArrayList<>(0);
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      boolean has = availability.has(line.sku());
      long pieces = line.quantity() == 1 ? 1 : several.getOrDefault(line.sku(), 0L);
      if (!has || pieces < line.quantity()) {
        missing.add(i);
        if (has && pieces > 0) {
          fewer.add(i);
        }
      }
    }
    if (!missing.isEmpty()) {
      throw PlaceProblemJson.problem(
          new Refusal.OutOfStock(missing, fewer), PlaceProblemJson.Asked.unquoted(lines));
    }
  }

  /** How many there are of goods of which several are wanted: whether there is one is known. */
  private Map<String, Long> pieces(List<Line> lines) {
    List<String> skus = lines.stream().filter(line -> line.quantity() > 1).map(Line::sku).toList();
    return skus.isEmpty()
        ? Map.of()
        : stock.find(skus).stream().collect(Collectors.toMap(Stock::sku, Stock::available));
  }

  private static Quote quote(
      long user,
      boolean fromCart,
      List<Line> lines,
      Priced priced,
      Address address,
      @Nullable Long addressId,
      Ask ask,
      Invoice invoice) {
    List<Wishes.PacketWish> parts =
        priced.discounts().stream()
            .filter(discount -> discount.kind() == Discount.Kind.RED_PACKET)
            .map(discount ->
                new Wishes.PacketWish(
                    discount.number(), discount.amount(), priced.amounts().currency()))
            .toList();
    return new Quote(
        user,
        priced.at(),
        priced.at().plus(VALID),
        fromCart,
        lines,
        priced.items().stream().map(OrderItem::unitPrice).toList(),
        address.region(),
        QuoteText.hash(address),
        addressId,
        priced.courier(),
        ask.coupon(),
        priced.points(),
        parts,
        invoice,
        priced.amounts(),
        Quoted.savings(priced.discounts()));
  }

  private static <T> T applied(Outcome<T, Refusal> outcome, List<Line> lines) {
    return switch (outcome) {
      case Outcome.Applied<T, Refusal>(T value) -> value;
      case Outcome.AlreadyApplied<T, Refusal>(T value) -> value;
      case Outcome.Refused<T, Refusal>(Refusal why) ->
          throw PlaceProblemJson.problem(why, PlaceProblemJson.Asked.unquoted(lines));
    };
  }
}
