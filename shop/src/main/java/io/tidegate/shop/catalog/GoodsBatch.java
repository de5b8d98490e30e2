package io.tidegate.shop.catalog;

import io.tidegate.shop.kernel.Outcome;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The working copy of products and SKUs that staff edit in one transaction. What is refused leaves
 * it as it was. For one thread.
 */
public final class GoodsBatch {

  /** SKUs of one product: all of them are shown at once. */
  public static final int SKUS_PER_PRODUCT_MAX = 100;

  /** How an edit takes what it finds. */
  public enum Intent {
    /** Something new; the very same thing again is done already. */
    ADD,
    /** What is there. */
    EDIT,
    /** Whatever it finds. */
    PUT
  }

  /** Why something stays as it is. */
  public enum Refusal {
    NOT_FOUND,
    /** There is another one of that name. */
    EXISTS,
    /** It was edited since. */
    STALE,
    /** The SKU's product is not there. */
    NO_PRODUCT,
    /** The SKU belongs to another product. */
    OTHER_PRODUCT,
    /** Orders, price lists and books hold the old currency. */
    OTHER_CURRENCY,
    /** The product has as many SKUs as one can have. */
    FULL
  }

  /** A thing as it was loaded, null where it is new, and as it shall be. */
  record Edited<T>(@Nullable T before, T after) {}

  private final Map<String, StoredProduct> products = new HashMap<>();
  private final Map<String, StoredSku> skus = new HashMap<>();
  private final Map<String, Integer> skuCounts;
  private final Map<String, Edited<StoredProduct>> editedProducts = new TreeMap<>();
  private final Map<String, Edited<StoredSku>> editedSkus = new TreeMap<>();

  /**
   * @param skuCounts how many SKUs each of the products has
   */
  GoodsBatch(
      Collection<StoredProduct> products,
      Collection<StoredSku> skus,
      Map<String, Integer> skuCounts) {
    products.forEach(product -> this.products.put(product.id(), product));
    skus.forEach(sku -> this.skus.put(sku.code(), sku));
    this.skuCounts = new HashMap<>(skuCounts);
  }

  public @Nullable StoredProduct product(String id) {
    return products.get(id);
  }

  public @Nullable StoredSku sku(String code) {
    return skus.get(code);
  }

  /**
   * Writes a product.
   *
   * @param expectedVersion the version that was seen; null where any will do
   */
  public Outcome<StoredProduct, Refusal> put(
      Intent intent, String id, @Nullable Long expectedVersion, ProductForm form) {
    StoredProduct now = products.get(id);
    if (now == null) {
      return intent == Intent.EDIT
          ? Outcome.refused(Refusal.NOT_FOUND)
          : Outcome.applied(keep(null, new StoredProduct(id, 1, form)));
    }
    if (expectedVersion != null && expectedVersion != now.version()) {
      return Outcome.refused(Refusal.STALE);
    }
    if (form.equals(now.form())) {
      return Outcome.alreadyApplied(now);
    }
    return intent == Intent.ADD
        ? Outcome.refused(Refusal.EXISTS)
        : Outcome.applied(
            keep(
                now,
                new StoredProduct(id, next(now.version(), editedProducts.containsKey(id)), form)));
  }

  /**
   * Writes a SKU.
   *
   * @param expectedVersion the version that was seen; null where any will do
   */
  public Outcome<StoredSku, Refusal> put(
      Intent intent, String code, @Nullable Long expectedVersion, SkuForm form) {
    StoredSku now = skus.get(code);
    if (now == null) {
      return added(intent, code, form);
    }
    if (expectedVersion != null && expectedVersion != now.version()) {
      return Outcome.refused(Refusal.STALE);
    }
    if (form.equals(now.form())) {
      return Outcome.alreadyApplied(now);
    }
    if (intent == Intent.ADD) {
      return Outcome.refused(Refusal.EXISTS);
    }
    if (!form.product().equals(now.form().product())) {
      return Outcome.refused(Refusal.OTHER_PRODUCT);
    }
    if (!form.price().currency().equals(now.form().price().currency())) {
      return Outcome.refused(Refusal.OTHER_CURRENCY);
    }
    return Outcome.applied(
        keep(now, new StoredSku(code, next(now.version(), editedSkus.containsKey(code)), form)));
  }

  /** Writes a product and one of its SKUs, or neither. */
  public Outcome<StoredSku, Refusal> putBoth(
      String id, ProductForm product, String code, SkuForm sku) {
    StoredProduct now = products.get(id);
    Edited<StoredProduct> earlier = editedProducts.get(id);
    if (put(Intent.PUT, id, null, product)
        instanceof Outcome.Refused<StoredProduct, Refusal>(Refusal why)) {
      return Outcome.refused(why);
    }
    Outcome<StoredSku, Refusal> outcome = put(Intent.PUT, code, null, sku);
    if (outcome instanceof Outcome.Refused) {
      restore(products, id, now);
      restore(editedProducts, id, earlier);
    }
    return outcome;
  }

  private static <T> void restore(Map<String, T> all, String key, @Nullable T before) {
    if (before == null) {
      all.remove(key);
    } else {
      all.put(key, before);
    }
  }

  private Outcome<StoredSku, Refusal> added(Intent intent, String code, SkuForm form) {
    if (intent == Intent.EDIT) {
      return Outcome.refused(Refusal.NOT_FOUND);
    }
    if (!products.containsKey(form.product())) {
      return Outcome.refused(Refusal.NO_PRODUCT);
    }
    int siblings = skuCounts.getOrDefault(form.product(), 0);
    if (siblings >= SKUS_PER_PRODUCT_MAX) {
      return Outcome.refused(Refusal.FULL);
    }
    skuCounts.put(form.product(), siblings + 1);
    return Outcome.applied(keep(null, new StoredSku(code, 1, form)));
  }

  /** Products that were written, by id: as they were loaded, and as they shall be. */
  List<Edited<StoredProduct>> editedProducts() {
    return List.copyOf(editedProducts.values());
  }

  /** SKUs that were written, by code: as they were loaded, and as they shall be. */
  List<Edited<StoredSku>> editedSkus() {
    return List.copyOf(editedSkus.values());
  }

  /** A transaction is one edit of a thing, however often it writes it. */
  private static int next(int version, boolean writtenHere) {
    return writtenHere ? version : version + 1;
  }

  private StoredProduct keep(@Nullable StoredProduct before, StoredProduct after) {
    Edited<StoredProduct> earlier = editedProducts.get(after.id());
    products.put(after.id(), after);
    editedProducts.put(
        after.id(), new Edited<>(earlier == null ? before : earlier.before(), after));
    return after;
  }

  private StoredSku keep(@Nullable StoredSku before, StoredSku after) {
    Edited<StoredSku> earlier = editedSkus.get(after.code());
    skus.put(after.code(), after);
    editedSkus.put(after.code(), new Edited<>(earlier == null ? before : earlier.before(), after));
    return after;
  }
}
