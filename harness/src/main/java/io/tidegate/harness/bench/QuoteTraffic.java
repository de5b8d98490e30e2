package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Customers who look at what an order would cost, take a coupon where they have one, and place what
 * they were told. Or they only look, and place it another time.
 */
final class QuoteTraffic extends ShopTraffic {
  static final int QUOTE = 0;
  static final int WITH_COUPON = 1;
  static final int PLACE = 2;

  static final byte[] POST = Ascii.of("POST /v1/quotes");
  private static final byte[] TOKEN = Ascii.field("quote");
  private static final byte[] COUPON = Ascii.of("\"coupons\":[{\"id\":\"");
  private static final byte[] PLACED =
      Ascii.of(
          "\",\"address\":{\"name\":\"Bench\",\"phone\":\"13800000000\",\"region\":\"330106\",\"line\":\"1 Bench Road\"}}");
  private static final int BODY_BYTES_MAX = 32 * 1024;
  private static final Set<String> COUPON_TAKEN = Set.of("coupon_unavailable");

  private final Customers customers;
  private final IntSupplier nextCustomer;
  private final Supplier<ByteBuffer> wish;
  private final boolean coupons;
  private final boolean placesLater;
  private final Keys keys = Keys.fresh();
  private final int[] customerOf;
  private final byte[][] wishOf;
  private final byte[][] foundOf;
  private final Deque<Quoted> quoted = new ArrayDeque<>();
  private final ByteBuffer body = ByteBuffer.allocate(BODY_BYTES_MAX);
  private long lastPlacedNanos = System.nanoTime();

  /** A quote that is kept to be placed. */
  record Quoted(int customer, byte[] token) {}

  /**
   * @param wish bodies of quotes
   * @param coupons whether a coupon is taken
   * @param placesLater whether quotes are kept for {@link #placing}
   */
  QuoteTraffic(
      Customers customers,
      IntSupplier nextCustomer,
      Supplier<ByteBuffer> wish,
      boolean coupons,
      boolean placesLater,
      int slots) {
    super(List.of("quote", "quote with a coupon", "place"));
    this.customers = customers;
    this.nextCustomer = nextCustomer;
    this.wish = wish;
    this.coupons = coupons;
    this.placesLater = placesLater;
    this.customerOf = new int[slots];
    this.wishOf = new byte[slots][];
    this.foundOf = new byte[slots][];
  }

  /** Places what these customers were told before, then goes on. */
  QuoteTraffic placing(QuoteTraffic before) {
    quoted.addAll(before.quoted);
    return this;
  }

  /** When the last order was answered, by {@link System#nanoTime}. */
  long lastPlacedNanos() {
    return lastPlacedNanos;
  }

  /** Quotes that are kept. */
  int kept() {
    return quoted.size();
  }

  @Override
  public int begin(int slot) {
    Quoted before = placesLater ? null : quoted.poll();
    if (before != null) {
      customerOf[slot] = before.customer();
      foundOf[slot] = before.token();
      return PLACE;
    }
    customerOf[slot] = nextCustomer.getAsInt();
    ByteBuffer next = wish.get();
    wishOf[slot] = new byte[next.remaining()];
    next.get(wishOf[slot]);
    return QUOTE;
  }

  @Override
  public void write(int slot, int kind, ByteBuffer out) {
    out.put(kind == PLACE ? PlaceTraffic.POST : POST);
    customers.head(out, customerOf[slot]);
    switch (kind) {
      case QUOTE -> Customers.body(out, wishOf[slot]);
      case WITH_COUPON -> {
        body.clear();
        body.put(wishOf[slot], 0, wishOf[slot].length - 1); // its last brace
        Ascii.put(body, ",\"coupon\":\"");
        body.put(foundOf[slot]);
        Ascii.put(body, "\"}");
        Customers.body(out, body.flip());
      }
      case PLACE -> {
        keys.put(out, keys.next());
        body.clear();
        Ascii.put(body, "{\"quote\":\"");
        body.put(foundOf[slot]);
        body.put(PLACED);
        Customers.body(out, body.flip());
      }
      default -> throw new IllegalArgumentException("kind " + kind);
    }
  }

  @Override
  int next(int slot, int kind, ResponseReader answer) {
    if (kind == PLACE && answer.status() < 400) {
      lastPlacedNanos = System.nanoTime();
    }
    if (answer.status() >= 400 || kind == PLACE) {
      return DONE;
    }
    byte[] coupon = kind == QUOTE && coupons ? Ascii.text(answer, COUPON) : new byte[0];
    if (coupon.length > 0) {
      foundOf[slot] = coupon;
      return WITH_COUPON;
    }
    foundOf[slot] = Ascii.text(answer, TOKEN);
    if (placesLater) {
      quoted.add(new Quoted(customerOf[slot], foundOf[slot]));
      return DONE;
    }
    return PLACE;
  }

  /**
   * What must be served however fast customers come: that another order of the same customer has
   * taken the coupon meanwhile is an answer, to whoever asks with one or places with one.
   */
  Answers served() {
    Answers served = new Answers();
    served.add(answers(QUOTE));
    served.addBut(answers(WITH_COUPON), COUPON_TAKEN);
    served.addBut(answers(PLACE), COUPON_TAKEN);
    return served;
  }

  @Override
  long created() {
    return answers(PLACE).good();
  }

  @Override
  long perhapsCreated() {
    return answers(PLACE).lost() + answers(PLACE).failed();
  }
}
