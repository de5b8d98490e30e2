package io.tidegate.shop.cart;

import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.http.Twins;
import io.tidegate.shop.cart.Cart.Merged;
import io.tidegate.shop.cart.Cart.Refusal;
import io.tidegate.shop.cart.Cart.Skipped;
import io.tidegate.shop.cart.Cart.Wanted;
import io.tidegate.shop.cart.CartStore.KeyReused;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.GoodsLanguage;
import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.kernel.SkuCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The customer's own cart: {@code /v1/cart}. */
public final class CartRoutes implements Routes {

  private static final String PATH = "/v1/cart";
  private static final String ITEM = PATH + "/items/{sku}";
  private static final int SKU_CHARS_MAX = 64;

  private final CartStore store;
  private final Function<String, @Nullable Offer> offers;
  private final Predicate<String> inStock;
  private final CartJson json;
  private final Twins twins;

  /**
   * @param offers what a SKU is and costs now
   * @param products the product of an id
   * @param inStock whether some of a SKU is available
   */
  public CartRoutes(
      CartStore store,
      Function<String, @Nullable Offer> offers,
      Function<String, Optional<Catalog.Goods>> products,
      Predicate<String> inStock,
      Twins twins) {
    this.store = store;
    this.offers = offers;
    this.inStock = inStock;
    this.json = new CartJson(products);
    this.twins = twins;
  }

  @Override
  public void register(Router router) {
    router.get(PATH, Access.customer(), this::show);
    router.delete(PATH, Access.customer(), this::clear);
    router.put(ITEM, Access.customer(), this::put);
    router.delete(ITEM, Access.customer(), this::remove);
    router.put(PATH + "/selection", Access.customer(), this::select);
    router.post(PATH + "/merge", Access.customer(), this::merge);
  }

  private Reply show(Request request) {
    return reply(request, store.find(request.caller().customer()));
  }

  private Reply put(Request request) {
    String sku = sku(request);
    Fields body = request.json();
    int quantity = (int) body.integer("quantity", 1, Cart.QUANTITY_MAX);
    Boolean selected = body.optionalBool("selected");
    body.check();
    return reply(
        request,
        done(store.put(request.caller().customer(), sku, quantity, selected, this::isSold)));
  }

  private Reply remove(Request request) {
    store.remove(request.caller().customer(), sku(request));
    return Reply.noContent();
  }

  private Reply clear(Request request) {
    store.clear(request.caller().customer());
    return Reply.noContent();
  }

  private Reply select(Request request) {
    Fields body = request.json();
    boolean selected = body.bool("selected");
    List<String> skus = body.optionalStrings("skus", 1, Cart.SKUS_MAX, SKU_CHARS_MAX);
    body.check();
    return reply(
        request,
        done(
            store.select(
                request.caller().customer(), selected, skus == null ? null : Set.copyOf(skus))));
  }

  private Reply merge(Request request) throws Exception {
    IdempotencyKey key = request.idempotencyKey();
    Fields body = request.json();
    List<Wanted> others = wanted(body.array("items", 1, Cart.SKUS_MAX));
    body.check();
    long user = request.caller().customer();
    Entry entry = new Entry(key.hash16(), IdempotencyKey.commandHash(canonical(others)), 0);
    Outcome<Merged, KeyReused> outcome =
        twins.run(key, () -> store.merge(user, others, entry, this::isSold));
    return switch (outcome) {
      case Outcome.Applied<Merged, KeyReused>(Merged merged) ->
          reply(request, merged.cart(), merged.skipped());
      case Outcome.AlreadyApplied<Merged, KeyReused>(Merged merged) ->
          reply(request, merged.cart(), merged.skipped()).replayed();
      case Outcome.Refused<Merged, KeyReused> _ -> throw Problem.keyReused();
    };
  }

  private static List<Wanted> wanted(List<Fields> items) {
    List<Wanted> wanted = new ArrayList<>(items.size());
    Set<String> seen = new HashSet<>();
    for (Fields item : items) {
      String sku = item.string("sku", SKU_CHARS_MAX);
      long quantity = item.integer("quantity", 1, Cart.QUANTITY_MAX);
      if (!sku.isEmpty() && !SkuCode.isValid(sku)) {
        item.refuse("sku", "is no SKU code");
      } else if (!sku.isEmpty() && !seen.add(sku)) {
        item.refuse("sku", "stands in another item too");
      }
      wanted.add(new Wanted(sku, (int) quantity));
    }
    return wanted;
  }

  private static byte[] canonical(List<Wanted> others) {
    StringBuilder text = new StringBuilder(32 * others.size());
    others.forEach(
        other -> text.append(other.sku()).append('*').append(other.quantity()).append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String sku(Request request) {
    String sku = request.path("sku");
    if (!SkuCode.isValid(sku)) {
      throw Problem.notFound();
    }
    return sku;
  }

  private boolean isSold(String sku) {
    Offer offer = offers.apply(sku);
    return offer != null && offer.active();
  }

  private static Cart done(Outcome<Cart, Refusal> outcome) {
    return switch (outcome) {
      case Outcome.Applied<Cart, Refusal>(Cart cart) -> cart;
      case Outcome.AlreadyApplied<Cart, Refusal>(Cart cart) -> cart;
      case Outcome.Refused<Cart, Refusal>(Refusal why) -> throw problem(why);
    };
  }

  private static Problem problem(Refusal why) {
    return switch (why) {
      case NOT_SELLABLE -> Problem.conflict(CartJson.problem(why), "It is not for sale");
      case FULL ->
          Problem.conflict(CartJson.problem(why), "A cart holds " + Cart.SKUS_MAX + " SKUs");
    };
  }

  private Reply reply(Request request, Cart cart) {
    return reply(request, cart, List.of());
  }

  /** Prices and stock are those of this moment, and the cart is its owner's only. */
  private Reply reply(Request request, Cart cart, List<Skipped> skipped) {
    GoodsLanguage language = GoodsLanguage.of(request.header("Accept-Language"));
    CartView view = CartView.of(cart, offers, inStock);
    return Reply.json(
            200,
            out -> {
              out.beginObject();
              json.members(out, view, language);
              CartJson.skipped(out, skipped);
              out.endObject();
            })
        .header("Cache-Control", "no-store")
        .header("Vary", "Accept-Language")
        .header("Content-Language", language.tag());
  }
}
