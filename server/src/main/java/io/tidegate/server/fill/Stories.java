package io.tidegate.server.fill;

import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.fulfilment.PastParcel;
import io.tidegate.shop.fulfilment.ShipItem;
import io.tidegate.shop.fulfilment.ShipOrder;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.ordering.OrderItem;
import io.tidegate.shop.ordering.PastOrder;
import io.tidegate.shop.ordering.PlaceOrder;
import io.tidegate.shop.ordering.Tariff;
import io.tidegate.shop.payment.PaymentProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Makes up orders' pasts. What lies behind the anchor has not happened yet, so the youngest orders
 * are in the middle of theirs.
 */
final class Stories {

  private static final String PROVIDER = PaymentProvider.MADE_UP;
  static final String CARRIER = "sandbox-express";
  private static final String CHANGED_MIND = "changed_mind";

  private static final double PAID = 0.82;
  private static final double CLOSED = 0.91;
  private static final double CLOSED_WITH_ATTEMPT = 0.3;
  private static final double CONFIRMED_BY_CUSTOMER = 0.55;

  private final FillPlan plan;
  private final Calendar calendar;
  private final Crowd crowd;
  private final Baskets baskets;
  private final Tariff tariff;
  private final Warehouses warehouses;
  private final int node;

  Stories(
      FillPlan plan,
      Calendar calendar,
      Crowd crowd,
      Baskets baskets,
      Catalog catalog,
      Warehouses warehouses,
      int node) {
    this.plan = plan;
    this.calendar = calendar;
    this.crowd = crowd;
    this.baskets = baskets;
    this.tariff = Tariff.of((sku, _) -> catalog.offer(sku));
    this.warehouses = warehouses;
    this.node = node;
  }

  /** The stories of a chunk, by rising time of placing. */
  List<Story> of(FillPlan.Chunk chunk, SplittableRandom random) {
    List<Story> stories = new ArrayList<>(chunk.orders());
    Set<Long> taken = new HashSet<>(chunk.orders() * 2);
    for (int i = 0; i < chunk.orders(); i++) {
      long place = chunk.first() + i;
      Instant placed = placed(chunk, place, random);
      long user = crowd.draw(random);
      OrderNumber number;
      do {
        number =
            OrderNumber.of(
                placed.toEpochMilli(), user, node, random.nextInt(OrderNumber.SEQUENCES));
      } while (!taken.add(number.value()));
      PlaceOrder command = command(number, user, random);
      stories.add(
          chunk.waiting()
              ? waiting(command, plan.anchor().plus(FillPlan.WAITING_UNTIL))
              : told(command, plan.mayBeOpen(place), random));
    }
    return stories;
  }

  private Instant placed(FillPlan.Chunk chunk, long place, SplittableRandom random) {
    if (chunk.waiting()) {
      double share = (place - plan.past() + random.nextDouble()) / plan.wish().unpaid();
      long before = Math.round(FillPlan.WAITING_PLACED_WITHIN.toMillis() * (1 - share));
      return plan.anchor().minusMillis(before + 1);
    }
    Instant at = calendar.at((place + random.nextDouble()) / plan.past());
    return at.isBefore(plan.anchor()) ? at : plan.anchor().minusMillis(1);
  }

  private PlaceOrder command(OrderNumber number, long user, SplittableRandom random) {
    return new PlaceOrder(
        number,
        user,
        baskets.draw(random),
        crowd.address(user),
        null,
        bytes16(random),
        bytes16(random),
        customer(user, random));
  }

  private Story waiting(PlaceOrder command, Instant payBefore) {
    return new Story(command, PastOrder.placed(command, tariff, payBefore), null);
  }

  private Story told(PlaceOrder command, boolean mayBeOpen, SplittableRandom random) {
    Instant placed = command.number().createdAt();
    Instant payBefore = placed.plus(plan.payWindow());
    Story story = waiting(command, payBefore);
    double fate = random.nextDouble();
    if (fate < PAID) {
      Instant at = placed.plusMillis(20_000 + exponential(random, 240_000));
      if (at.isBefore(payBefore) && at.isBefore(plan.anchor())) {
        return paid(story, at, mayBeOpen, random);
      }
    } else if (fate < CLOSED && payBefore.isBefore(plan.anchor())) {
      if (random.nextDouble() < CLOSED_WITH_ATTEMPT) {
        Instant tried = placed.plusMillis(20_000 + random.nextLong(60_000));
        if (tried.isBefore(payBefore)) {
          startPayment(story, tried);
        }
      }
      Instant at = payBefore.plusMillis(random.nextLong(1_000));
      story.order().closed(Cause.system(trace(random)), at);
      return story;
    }
    boolean stillWaits = fate < CLOSED && plan.wish().unpaid() == 0;
    return stillWaits && payBefore.isAfter(plan.anchor()) ? story : cancelled(story, random);
  }

  private Story cancelled(Story story, SplittableRandom random) {
    Instant placed = story.command().number().createdAt();
    long most = Math.min(millis(placed, plan.anchor()), plan.payWindow().toMillis());
    Instant at = placed.plusMillis(Math.min(30_000 + exponential(random, 1_200_000), most - 1));
    story.order().cancelled(CHANGED_MIND, customer(story.command().userId(), random), at);
    return story;
  }

  private void startPayment(Story story, Instant at) {
    story.order().startPayment(PROVIDER, id -> "/cashier/" + id, story.command().cause(), at);
  }

  private Story paid(Story story, Instant at, boolean mayBeOpen, SplittableRandom random) {
    PastOrder order = story.order();
    String trace = story.command().cause().traceparent();
    Instant placed = order.order().createdAt();
    startPayment(story, placed.plusMillis(millis(placed, at) / 2));
    order.paid(
        "T" + order.order().number(), Cause.provider(PROVIDER, trace.substring(3, 35), trace), at);
    List<ShipItem> items = new ArrayList<>(order.order().items().size());
    for (OrderItem item : order.order().items()) {
      items.add(new ShipItem(items.size() + 1, item.sku(), item.quantity()));
    }
    PastParcel parcel =
        PastParcel.planned(
            new ShipOrder(order.order().number().value(), order.order().region(), items, trace),
            warehouses,
            at.plusMillis(100));
    Way way = Way.draw(at, random);
    if (way.delivered().isBefore(plan.anchor())) {
      deliver(order, parcel, way, story.command().userId(), random);
    } else if (mayBeOpen) {
      leaveOpen(order, parcel, way, random);
    } else {
      // Whoever lives near has it sooner, so that no more parcels are under way than may be.
      Way sooner = way.within(at, millis(at, plan.anchor()) * (0.3 + 0.6 * random.nextDouble()));
      deliver(order, parcel, sooner, story.command().userId(), random);
    }
    return new Story(story.command(), order, parcel);
  }

  private void deliver(
      PastOrder order, PastParcel parcel, Way way, long user, SplittableRandom random) {
    parcel.moved(way.picked());
    parcel.moved(way.packed());
    parcel.labelled(CARRIER, "W" + order.order().number());
    parcel.moved(way.shipped());
    String trace = parcel.task().traceparent();
    order.shipped(Cause.system(trace), way.shipped().plusMillis(50));
    parcel.moved(way.delivered());
    order.delivered(Cause.system(trace), way.delivered().plusMillis(50));
    boolean byCustomer = random.nextDouble() < CONFIRMED_BY_CUSTOMER;
    Instant completed =
        byCustomer
            ? way.delivered().plusMillis(60_000 + exponential(random, 86_400_000))
            : way.delivered().plus(plan.completeAfter()).plusMillis(random.nextLong(1_000));
    if (completed.isBefore(plan.anchor())) {
      order.completed(byCustomer ? customer(user, random) : Cause.system(trace(random)), completed);
    }
  }

  /** As far as it has come by the anchor; from there the worker takes it on. */
  private void leaveOpen(PastOrder order, PastParcel parcel, Way way, SplittableRandom random) {
    if (way.picked().isBefore(plan.anchor())) {
      parcel.moved(way.picked());
    }
    if (way.packed().isBefore(plan.anchor())) {
      parcel.moved(way.packed());
    }
    if (way.shipped().isBefore(plan.anchor())) {
      parcel.moved(way.shipped());
      order.shipped(Cause.system(parcel.task().traceparent()), way.shipped());
    }
    parcel.dueAt(plan.anchor().plusMillis(random.nextLong(30_000)));
  }

  /** When a parcel comes how far. */
  private record Way(Instant picked, Instant packed, Instant shipped, Instant delivered) {

    static Way draw(Instant paid, SplittableRandom random) {
      Instant picked = paid.plus(minutes(30, 12 * 60, random));
      Instant packed = picked.plus(minutes(5, 60, random));
      Instant shipped = packed.plus(minutes(20, 6 * 60, random));
      return new Way(picked, packed, shipped, shipped.plus(minutes(10 * 60, 80 * 60, random)));
    }

    /** The same way in so many milliseconds. */
    Way within(Instant paid, double millis) {
      double share = millis / Math.max(1, millis(paid, delivered));
      return new Way(
          sooner(paid, picked, share),
          sooner(paid, packed, share),
          sooner(paid, shipped, share),
          sooner(paid, delivered, share));
    }

    private static Instant sooner(Instant paid, Instant at, double share) {
      return paid.plusMillis((long) (millis(paid, at) * share));
    }

    private static Duration minutes(int least, int most, SplittableRandom random) {
      return Duration.ofMillis(random.nextLong(least * 60_000L, most * 60_000L));
    }
  }

  private static Cause customer(long user, SplittableRandom random) {
    String trace = trace(random);
    return Cause.customer(user, trace.substring(3, 35), trace);
  }

  static String trace(SplittableRandom random) {
    return "00-" + hex(random) + hex(random) + "-" + hex(random) + "-00";
  }

  private static String hex(SplittableRandom random) {
    return HexFormat.of().toHexDigits(random.nextLong());
  }

  static byte[] bytes16(SplittableRandom random) {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return bytes;
  }

  private static long exponential(SplittableRandom random, long mean) {
    return (long) (-Math.log(1 - random.nextDouble()) * mean);
  }

  private static long millis(Instant from, Instant to) {
    return Duration.between(from, to).toMillis();
  }
}
