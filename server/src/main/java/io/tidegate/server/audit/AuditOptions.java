package io.tidegate.server.audit;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * How an audit is run.
 *
 * @param full folds everything again, also ranges that were settled by an earlier audit
 * @param subscriptions the event types that each consumer hears, by the consumer's name
 * @param closeWithin how long after its deadline an unpaid order may still be open (O7)
 * @param restartGrace for how long after the database's start deadlines may be late (O7)
 * @param rangeOrdersMax orders, or rows of another table, that are read in one snapshot
 * @param verifiedOrdersMax orders at their end whose checksums one audit compares with their
 *     checkpoint; the others wait for the next one
 */
public record AuditOptions(
    boolean full,
    Map<String, Set<String>> subscriptions,
    Duration closeWithin,
    Duration restartGrace,
    int rangeOrdersMax,
    long verifiedOrdersMax) {

  /** What the product's own consumers hear; the wiring may give another list. */
  public static final Map<String, Set<String>> CONSUMERS =
      Map.of(
          "orders", Set.of("shipment.shipped.v1", "shipment.delivered.v1"),
          "points", Set.of("order.paid.v1"),
          "coupon", Set.of("order.paid.v1"),
          "red_packet", Set.of("order.paid.v1"),
          "notification", Set.of("order.paid.v1"),
          "warehouse", Set.of("order.paid.v1"),
          "refunds", Set.of("refund.succeeded.v1", "refund.reversed.v1"),
          "flash-grants",
              Set.of(
                  "order.paid.v1",
                  "order.closed.v1",
                  "order.cancelled.v1",
                  "order.refunded.v1",
                  "order.refund_reversed.v1"));

  private static final int RANGE_ORDERS_MAX = 50_000;
  private static final long VERIFIED_ORDERS_MAX = 1_000_000;

  /** Names and types stand in the audit's SQL. */
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._-]{1,100}");

  public AuditOptions {
    TreeMap<String, Set<String>> sorted = new TreeMap<>();
    subscriptions.forEach((consumer, types) -> sorted.put(consumer, new TreeSet<>(types)));
    for (String consumer : sorted.keySet()) {
      checkWord(consumer);
    }
    sorted.values().stream().flatMap(Collection::stream).forEach(AuditOptions::checkWord);
    subscriptions = sorted;
  }

  /** An audit as the command line runs it. */
  public static AuditOptions of(boolean full, Map<String, Set<String>> subscriptions) {
    return new AuditOptions(
        full,
        subscriptions,
        Duration.ofSeconds(5),
        Duration.ofSeconds(60),
        RANGE_ORDERS_MAX,
        VERIFIED_ORDERS_MAX);
  }

  private static void checkWord(String word) {
    if (!WORD.matcher(word).matches()) {
      throw new IllegalArgumentException("no name of a consumer or an event: " + word);
    }
  }
}
