package io.tidegate.shop.ordering;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Bulkhead;
import io.tidegate.platform.http.EntityTag;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.http.Twins;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.Invoice;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/orders}: from goods or from a quote. */
public final class PlaceRoutes implements Routes {

  private final Placing orders;
  private final AskService asks;
  private final QuoteText quotes;
  private final Twins twins;
  private final Bulkhead own;

  /**
   * @param own the bound of orders in flight, such as {@link #bound}
   */
  public PlaceRoutes(Placing orders, AskService asks, QuoteText quotes, Twins twins, Bulkhead own) {
    this.orders = orders;
    this.asks = asks;
    this.quotes = quotes;
    this.twins = twins;
    this.own = own;
  }

  /**
   * How many orders may be in flight: half of what the server lets in beside them, so that a rush
   * of orders leaves room for those who pay, look or cancel; and no more than a capped lane takes
   * in a second, since who waits longer holds memory that every collection of garbage copies, and
   * delays those who are turned away.
   *
   * @param concurrencyMax requests of other routes in flight
   * @param perSecondMax the lane's cap; 0: none
   */
  public static Bulkhead bound(int concurrencyMax, int perSecondMax) {
    int half = Math.max(1, concurrencyMax / 2);
    return new Bulkhead(perSecondMax == 0 ? half : Math.min(half, perSecondMax));
  }

  @Override
  public void register(Router router) {
    router.post("/v1/orders", Access.customer(), this::place).bulkhead(own);
  }

  private Reply place(Request request) throws Exception {
    IdempotencyKey key = request.idempotencyKey();
    Asked asked = asked(request, key);
    PlaceOrder command = asked.command();
    return switch (twins.run(key, () -> orders.place(command))) {
      case Outcome.Applied<Placed, PlaceOrder.Refusal>(Placed placed) -> receipt(placed);
      case Outcome.AlreadyApplied<Placed, PlaceOrder.Refusal>(Placed placed) ->
          receipt(placed).replayed();
      case Outcome.Refused<Placed, PlaceOrder.Refusal>(PlaceOrder.Refusal why) ->
          throw PlaceProblemJson.problem(
              why,
              new PlaceProblemJson.Asked(
                  command.lines(), command.quoted() == null ? null : asked.ask()));
    };
  }

  /** A command, and what was said for it. */
  private record Asked(PlaceOrder command, Ask ask) {}

  private Asked asked(Request request, IdempotencyKey key) {
    long user = request.caller().customer();
    Fields body = request.json();
    String token = body.optionalString("quote", QuoteText.CHARS_MAX);
    List<PlaceOrder.Line> lines = AskJson.goods(body, "quote", token != null);
    Ask ask = AskJson.read(body, asks.districts());
    Fields.Amount expected = body.optionalMoney("expectedTotal");
    Quote quote = token == null ? null : quote(body, token, user, ask);
    body.check();
    byte[] commandHash = hash(token, lines, ask, expected);
    Money expectedTotal =
        expected == null ? null : new Money(expected.amount(), expected.currency());
    PlaceOrder command =
        quote == null
            ? wish(request, key, commandHash, lines, ask, expectedTotal)
            : quoted(request, key, commandHash, quote, ask, expectedTotal);
    return new Asked(command, ask);
  }

  private PlaceOrder wish(
      Request request,
      IdempotencyKey key,
      byte[] commandHash,
      List<PlaceOrder.Line> lines,
      Ask ask,
      @Nullable Money expectedTotal) {
    long user = request.caller().customer();
    Address address = asks.addressIfKept(user, ask.address(), ask.addressId());
    return new PlaceOrder(
        orders.nextNumber(user),
        user,
        lines,
        address,
        ask.invoice() == null ? Invoice.none() : ask.invoice(),
        ask.isPlain() ? Wishes.NONE : asks.wishes(user, ask, lines),
        null,
        expectedTotal,
        key.hash16(),
        commandHash,
        Cause.customer(user, request.traceId(), request.traceparent()));
  }

  private PlaceOrder quoted(
      Request request,
      IdempotencyKey key,
      byte[] commandHash,
      Quote quote,
      Ask ask,
      @Nullable Money expectedTotal) {
    long user = quote.userId();
    boolean none = ask.address() == null && ask.addressId() == null;
    Long addressId = none ? quote.addressId() : ask.addressId();
    Address address = asks.addressIfKept(user, ask.address(), addressId);
    return new PlaceOrder(
        orders.nextNumber(user),
        user,
        quote.lines(),
        address,
        quote.invoice(),
        asks.wishes(quote),
        new Quoted(
            quote.issuedAt(),
            quote.expiresAt(),
            quote.fromCart(),
            quote.unitPrices(),
            quote.amounts(),
            quote.savings(),
            destination(quote, address, addressId)),
        expectedTotal,
        key.hash16(),
        commandHash,
        Cause.customer(user, request.traceId(), request.traceparent()));
  }

  private static Quoted.Destination destination(
      Quote quote, Address address, @Nullable Long addressId) {
    if (QuoteText.hash(address).equals(quote.addressHash())) {
      return Quoted.Destination.SAME;
    }
    return addressId != null && addressId.equals(quote.addressId())
        ? Quoted.Destination.CHANGED
        : Quoted.Destination.OTHER;
  }

  /** The quote, which is this customer's; what is asked for beside it is what it says. */
  private @Nullable Quote quote(Fields body, String token, long user, Ask ask) {
    Quote quote = quotes.open(token).filter(opened -> opened.userId() == user).orElse(null);
    if (quote == null) {
      body.refuse("quote", "is no quote of yours");
      return null;
    }
    String detail = "is not what the quote says: ask for a new one";
    if (ask.courier() != null && !ask.courier().equals(quote.courier())) {
      body.refuse("courier", detail);
    }
    if (ask.coupon() != null && !Objects.equals(ask.coupon(), quote.coupon())) {
      body.refuse("coupon", detail);
    }
    if (ask.points() != null && ask.points() != quote.points()) {
      body.refuse("points", detail);
    }
    if (ask.invoice() != null && !ask.invoice().equals(quote.invoice())) {
      body.refuse("invoice", detail);
    }
    if (!coversPackets(ask, quote)) {
      body.refuse("redPackets", detail);
    }
    return quote;
  }

  /** A quote takes no more from red packets than is needed. */
  private static boolean coversPackets(Ask ask, Quote quote) {
    if (ask.packets() != null) {
      return new HashSet<>(ask.packets())
          .containsAll(quote.packets().stream().map(Wishes.PacketWish::id).toList());
    }
    return ask.packetAmount() == null
        || ask.packetAmount().amount()
            >= quote.packets().stream().mapToLong(Wishes.PacketWish::most).sum();
  }

  /** The command's own form: another order of members or white space is the same command. */
  private static byte[] hash(
      @Nullable String token,
      List<PlaceOrder.Line> lines,
      Ask ask,
      Fields.@Nullable Amount expected) {
    StringBuilder text = new StringBuilder(256);
    if (token != null) {
      text.append(token).append('\n');
    }
    for (PlaceOrder.Line line : lines) {
      text.append(line.sku()).append('*').append(line.quantity()).append('\n');
    }
    AskJson.canonical(text, ask);
    text.append('\n').append(expected);
    return IdempotencyKey.commandHash(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** 201 with the receipt of a placed order. */
  public static Reply receipt(Placed placed) {
    byte[] body = OrderJson.receipt(placed);
    return Reply.json(201, body)
        .header("Location", "/v1/orders/" + placed.order().number())
        .header("ETag", new EntityTag(placed.order().version(), "0").header());
  }
}
