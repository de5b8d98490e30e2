package io.tidegate.shop.promotion;

import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.kernel.BasketLine;
import io.tidegate.shop.kernel.Money;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All goods, price lists and promotions in memory, as of a revision: what costs what, at any time.
 *
 * <p>What starts later is here before it starts, on every node. The time that is passed in decides,
 * so all nodes change their prices at the same moment of the database's time without being told. A
 * reader that must be right names the {@link #revision} it read first, and has the database compare
 * it when it writes.
 */
public final class PriceBook {

  private final Catalog catalog;
  private final PromotionStore store;
  private final Map<Long, PriceList> lists = new TreeMap<>();
  private final Map<Long, Promotion> promotions = new TreeMap<>();
  private volatile Spans spans = Spans.of(List.of(), List.of());
  private volatile long revision;
  private long listsSeen;
  private long promotionsSeen;

  /** A catalogue's price book, empty; {@link #refresh} fills both. */
  public PriceBook(Catalog catalog, PromotionStore store) {
    this.catalog = catalog;
    this.store = store;
  }

  /** The goods at their list prices. */
  public Catalog catalog() {
    return catalog;
  }

  /** The catalogue's revision that goods, price lists and promotions are as new as, at least. */
  public long revision() {
    return revision;
  }

  /** The offer at the price in force at that moment; null for a SKU that nobody knows. */
  public @Nullable Offer offer(String sku, Instant at) {
    Offer listed = catalog.offer(sku);
    return listed == null ? null : inForce(listed, at);
  }

  /** An offer of the catalogue at the price in force at that moment. */
  public Offer inForce(Offer listed, Instant at) {
    return spans.at(at).inForce(listed);
  }

  /**
   * What promotions take off a basket at that moment, in the order in which they are taken.
   *
   * @param currency of all the lines
   */
  public List<Saving> savings(List<BasketLine> lines, String currency, Instant at) {
    return PromotionRules.savings(spans.at(at).promotions, lines, currency);
  }

  /** Takes over what changed since the last call. */
  public synchronized void refresh() {
    catalog.refresh();
    // Read before what follows: whatever is edited meanwhile has a later one.
    long latest = catalog.revision();
    if (latest == revision) {
      return;
    }
    List<PromotionStore.Changed<PriceList>> newLists = store.listsSince(listsSeen);
    for (PromotionStore.Changed<PriceList> changed : newLists) {
      changed.into(lists, changed.value().terms().id());
      listsSeen = Math.max(listsSeen, changed.change());
    }
    List<PromotionStore.Changed<Promotion>> newPromotions = store.promotionsSince(promotionsSeen);
    for (PromotionStore.Changed<Promotion> changed : newPromotions) {
      changed.into(promotions, changed.value().terms().id());
      promotionsSeen = Math.max(promotionsSeen, changed.change());
    }
    if (!newLists.isEmpty() || !newPromotions.isEmpty()) {
      spans = Spans.of(List.copyOf(lists.values()), List.copyOf(promotions.values()));
    }
    revision = latest;
  }

  /** Time, cut wherever a price list or a promotion starts or ends. */
  private static final class Spans {
    private final long[] cutsMillis;
    private final Span[] spans;

    private Spans(long[] cutsMillis, Span[] spans) {
      this.cutsMillis = cutsMillis;
      this.spans = spans;
    }

    static Spans of(List<PriceList> lists, List<Promotion> promotions) {
      Set<Long> cuts = new TreeSet<>();
      lists.forEach(list -> cut(cuts, list.terms().period()));
      promotions.forEach(promotion -> cut(cuts, promotion.terms().period()));
      long[] cutsMillis = cuts.stream().mapToLong(Long::longValue).toArray();
      Span[] spans = new Span[cutsMillis.length + 1];
      for (int i = 0; i < spans.length; i++) {
        Instant from = i == 0 ? Instant.MIN : Instant.ofEpochMilli(cutsMillis[i - 1]);
        spans[i] =
            new Span(
                lists.stream().filter(list -> list.terms().period().holds(from)).toList(),
                promotions.stream()
                    .filter(promotion -> promotion.terms().period().holds(from))
                    .toList());
      }
      return new Spans(cutsMillis, spans);
    }

    private static void cut(Set<Long> cuts, Period period) {
      cuts.add(period.startsAt().toEpochMilli());
      Instant endsAt = period.endsAt();
      if (endsAt != null) {
        cuts.add(endsAt.toEpochMilli());
      }
    }

    Span at(Instant at) {
      if (spans.length == 1) {
        return spans[0];
      }
      int found = Arrays.binarySearch(cutsMillis, at.toEpochMilli());
      return spans[found >= 0 ? found + 1 : -found - 1];
    }
  }

  /** A stretch of time in which the same price lists and promotions hold. */
  private static final class Span {
    private final List<PriceList> lists;
    private final List<Promotion> promotions;

    /** What was asked for so far; an offer that was edited since is another object. */
    private final Map<String, Priced> priced = new ConcurrentHashMap<>();

    private record Priced(Offer listed, Offer inForce) {}

    Span(List<PriceList> lists, List<Promotion> promotions) {
      this.lists = lists;
      this.promotions = promotions;
    }

    @SuppressWarnings("ReferenceEquality") // the same object is what was priced; see above
    Offer inForce(Offer listed) {
      if (lists.isEmpty()) {
        return listed;
      }
      Priced known = priced.get(listed.sku());
      if (known != null && known.listed == listed) {
        return known.inForce;
      }
      Money price = PromotionRules.price(lists, listed.sku(), listed.category(), listed.price());
      Offer inForce = price.equals(listed.price()) ? listed : listed.at(price);
      priced.put(listed.sku(), new Priced(listed, inForce));
      return inForce;
    }
  }
}
