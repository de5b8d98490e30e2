package io.tidegate.harness.chaos;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One order of a long run: what its customer means, asks for and is told. It keeps what will be
 * checked and no answer whole, for there are many. For one thread at a time.
 */
final class Life {
  private final String key;
  private final String token;
  private final Intent intent;
  private final Map<String, Integer> wanted;
  private final SplittableRandom dice;
  private final List<Provider> providers;
  private final List<Line> lines = new ArrayList<>(2);
  private final Set<String> payments = new LinkedHashSet<>(2);
  private final Set<String> paid = new LinkedHashSet<>(2);
  private final List<Claim> claims = new ArrayList<>(0);
  private @Nullable String number;
  private Instant payBefore = Instant.MAX;
  private long total;
  private boolean discounted;
  private boolean cancelled;

  /** A line of the receipt; the total is without freight. */
  record Line(int line, String sku, int quantity, long total) {}

  /**
   * @param key unique among all lives
   * @param wanted pieces by SKU
   * @param dice of this life alone, so that it means the same in every run of its seed
   * @param providers where it pays: with the first, and where it pays again with the next
   */
  Life(
      String key,
      String token,
      Intent intent,
      Map<String, Integer> wanted,
      SplittableRandom dice,
      List<Provider> providers) {
    this.key = key;
    this.token = token;
    this.intent = intent;
    this.wanted = Map.copyOf(wanted);
    this.dice = dice;
    this.providers = List.copyOf(providers);
  }

  String key() {
    return key;
  }

  String token() {
    return token;
  }

  Intent intent() {
    return intent;
  }

  Map<String, Integer> wanted() {
    return wanted;
  }

  SplittableRandom dice() {
    return dice;
  }

  /** Where the payment is started that is one of so many, from 1 on. */
  Provider provider(int payment) {
    return providers.get((payment - 1) % providers.size());
  }

  /** The order's number; null while the customer was told none. */
  @Nullable String number() {
    return number;
  }

  /** The order's place in the API. */
  String path() {
    return "/v1/orders/" + number;
  }

  List<Line> lines() {
    return lines;
  }

  long total() {
    return total;
  }

  boolean isDiscounted() {
    return discounted;
  }

  Instant payBefore() {
    return payBefore;
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** The payments that the shop opened. */
  Set<String> payments() {
    return payments;
  }

  /** The payments that the cashier took money for. */
  Set<String> paid() {
    return paid;
  }

  List<Claim> claims() {
    return claims;
  }

  void placed(JsonNode receipt) {
    number = receipt.path("number").asString();
    total = receipt.path("total").path("amount").longValue();
    discounted = receipt.path("discountTotal").path("amount").longValue() > 0;
    String due = receipt.path("payBefore").asString("");
    payBefore = due.isEmpty() ? Instant.MAX : Instant.parse(due);
    for (JsonNode item : receipt.path("items")) {
      lines.add(
          new Line(
              item.path("line").intValue(),
              item.path("sku").asString(),
              item.path("quantity").intValue(),
              item.path("total").path("amount").longValue()));
    }
  }

  void cancelled() {
    cancelled = true;
  }

  /** Another wish for some of it, not yet sent. */
  Claim claim(Claim.Kind kind, Map<Integer, Integer> pieces) {
    Claim claim = new Claim(kind, key + "-back-" + claims.size(), pieces);
    claims.add(claim);
    return claim;
  }

  /** Pieces by line that no claim speaks for, as far as the customer knows. */
  Map<Integer, Integer> left() {
    Map<Integer, Integer> left = new TreeMap<>();
    lines.forEach(line -> left.put(line.line(), line.quantity()));
    for (Claim claim : claims) {
      if (claim.counts()) {
        claim.pieces().forEach((line, pieces) -> left.merge(line, -pieces, Integer::sum));
      }
    }
    return left;
  }

  @Override
  public String toString() {
    return "order " + (number == null ? "" : number + " ") + "of key " + key + " (" + intent + ")";
  }
}
