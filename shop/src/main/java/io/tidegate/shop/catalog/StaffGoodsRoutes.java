package io.tidegate.shop.catalog;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.EntityTag;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.catalog.Catalog.Goods;
import io.tidegate.shop.catalog.GoodsBatch.Intent;
import io.tidegate.shop.catalog.GoodsBatch.Refusal;
import io.tidegate.shop.catalog.GoodsSearch.Hit;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.kernel.SkuCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Products and SKUs as staff see and edit them: {@code /v1/admin/products}, {@code .../skus}. */
public final class StaffGoodsRoutes implements Routes {

  private static final String PRODUCTS = "/v1/admin/products";
  private static final String SKUS = "/v1/admin/skus";
  private static final int QUERY_CHARS_MAX = 100;

  private final Database database;
  private final GoodsStore store;
  private final Catalog catalog;
  private final GoodsSearch search;
  private final GoodsStore.Stocking stocking;
  private final Cursors cursors;

  /** A SKU as it was asked for. */
  private record AskedSku(String code, SkuForm form) {}

  /** What an edit came to: what is there now, or why not. */
  private record Written(@Nullable Refusal refusal, @Nullable AskedSku sku) {}

  /**
   * @param stocking gives new SKUs a stock; stock is known above
   */
  public StaffGoodsRoutes(
      Database database,
      Catalog catalog,
      GoodsSearch search,
      GoodsStore.Stocking stocking,
      Cursors cursors) {
    this.database = database;
    this.store = new GoodsStore(database);
    this.catalog = catalog;
    this.search = search;
    this.stocking = stocking;
    this.cursors = cursors;
  }

  @Override
  public void register(Router router) {
    Access readers = Access.staff("admin", "marketing", "support", "warehouse", "finance");
    Access editors = Access.staff("admin", "marketing");
    router.get(PRODUCTS, readers, this::list).query("category", "q", "active").paged();
    router.post(PRODUCTS, editors, this::addProduct);
    router.get(PRODUCTS + "/{id}", readers, this::product);
    router.put(PRODUCTS + "/{id}", editors, this::editProduct);
    router.post(SKUS, editors, this::addSku);
    router.get(SKUS + "/{sku}", readers, this::sku);
    router.put(SKUS + "/{sku}", editors, this::editSku);
  }

  private Reply list(Request request) {
    String text = request.query("q");
    if (text != null && text.length() > QUERY_CHARS_MAX) {
      throw Problem.invalid("?q", "must not be longer than " + QUERY_CHARS_MAX);
    }
    String active = request.query("active");
    if (active != null && !active.equals("true") && !active.equals("false")) {
      throw Problem.invalid("?active", "must be true or false");
    }
    catalog.refresh(); // what was edited on another node just now is here too
    List<Hit> hits = text == null || text.isBlank() ? inOrder(request) : best(request, text);
    List<String> ids = hits.stream().map(hit -> hit.goods().id()).toList();
    Map<String, StoredProduct> products =
        store.products(ids).stream()
            .collect(Collectors.toMap(StoredProduct::id, Function.identity()));
    Map<String, List<StoredSku>> skus =
        store.skusOf(ids).stream().collect(Collectors.groupingBy(sku -> sku.form().product()));
    return Page.reply(
            request,
            cursors,
            hits.stream().filter(hit -> products.containsKey(hit.goods().id())).toList(),
            Hit::rank,
            (json, hit) -> {
              String id = hit.goods().id();
              StoredProduct product = products.get(id);
              if (product != null) {
                GoodsJson.write(json, product, skus.getOrDefault(id, List.of()));
              }
            })
        .header("Cache-Control", "no-store");
  }

  private List<Hit> inOrder(Request request) {
    int most = request.limit() + 1;
    List<Hit> found = new ArrayList<>(most);
    for (Goods goods : catalog.productsAfter(cursors.position(request).orElse(0))) {
      String category = request.query("category");
      if ((category == null || goods.category().equals(category)) && wanted(request, goods)) {
        found.add(new Hit(goods, goods.position()));
        if (found.size() == most) {
          break;
        }
      }
    }
    return found;
  }

  private List<Hit> best(Request request, String text) {
    boolean delistedToo = !"true".equals(request.query("active"));
    long after = cursors.position(request).orElse(Long.MAX_VALUE);
    int most = request.limit() + 1;
    if (!"false".equals(request.query("active"))) {
      return search.find(text, request.query("category"), delistedToo, after, most);
    }
    return search.find(text, request.query("category"), true, after, Integer.MAX_VALUE).stream()
        .filter(hit -> !hit.goods().active())
        .limit(most)
        .toList();
  }

  private static boolean wanted(Request request, Goods goods) {
    String active = request.query("active");
    return active == null || active.equals(Boolean.toString(goods.active()));
  }

  private Reply product(Request request) {
    return productReply(200, request.path("id"));
  }

  private Reply sku(Request request) {
    return skuReply(200, code(request));
  }

  /** A product, with SKUs or without yet. */
  private Reply addProduct(Request request) {
    Fields body = request.json();
    String id = GoodsJson.productId(body);
    ProductWish wish = GoodsJson.productWish(body);
    List<AskedSku> skus = new ArrayList<>();
    List<Fields> asked = body.optionalArray("skus", 0, GoodsBatch.SKUS_PER_PRODUCT_MAX);
    for (Fields each : asked == null ? List.<Fields>of() : asked) {
      skus.add(new AskedSku(GoodsJson.skuCode(each), GoodsJson.sku(each, id)));
    }
    body.check();
    List<String> codes = skus.stream().map(AskedSku::code).toList();
    if (codes.stream().distinct().count() < codes.size()) {
      throw Problem.invalid("/skus", "has a SKU twice");
    }
    String actor = request.caller().subject();
    Written written =
        database.write(
            "product",
            tx -> {
              GoodsBatch batch = GoodsStore.load(tx, List.of(id), codes);
              StoredProduct now = batch.product(id);
              ProductForm form = wish.over(now == null ? null : now.form());
              if (batch.put(Intent.ADD, id, null, form)
                  instanceof Outcome.Refused<StoredProduct, Refusal>(Refusal why)) {
                return new Written(why, null);
              }
              for (AskedSku sku : skus) {
                if (batch.put(Intent.ADD, sku.code(), null, sku.form())
                    instanceof Outcome.Refused<StoredSku, Refusal>(Refusal why)) {
                  return new Written(why, sku);
                }
              }
              GoodsStore.save(tx, actor, batch, stocking);
              return new Written(null, null);
            });
    done(written.refusal());
    return productReply(201, id).header("Location", PRODUCTS + "/" + id);
  }

  private Reply editProduct(Request request) {
    @Nullable Long expected = ifMatch(request);
    String id = request.path("id");
    Fields body = request.json();
    ProductWish wish = GoodsJson.productWish(body);
    body.check();
    String actor = request.caller().subject();
    done(
        database.write(
            "product",
            tx -> {
              GoodsBatch batch = GoodsStore.load(tx, List.of(id), List.of());
              StoredProduct now = batch.product(id);
              ProductForm form = wish.over(now == null ? null : now.form());
              var outcome = batch.put(Intent.EDIT, id, expected, form);
              GoodsStore.save(tx, actor, batch, stocking);
              return why(outcome);
            }));
    return productReply(200, id);
  }

  private Reply addSku(Request request) {
    Fields body = request.json();
    String code = GoodsJson.skuCode(body);
    String product = GoodsJson.product(body);
    SkuForm form = GoodsJson.sku(body, product);
    body.check();
    done(write(request, Intent.ADD, code, null, form));
    return skuReply(201, code).header("Location", SKUS + "/" + code);
  }

  private Reply editSku(Request request) {
    @Nullable Long expected = ifMatch(request);
    String code = code(request);
    Fields body = request.json();
    SkuForm wish = GoodsJson.sku(body, "");
    body.check();
    // A SKU never moves to another product, so what it belongs to is known without a lock.
    StoredSku now = store.sku(code).orElseThrow(Problem::notFound);
    done(write(request, Intent.EDIT, code, expected, wish.of(now.form().product())));
    return skuReply(200, code);
  }

  private @Nullable Refusal write(
      Request request, Intent intent, String code, @Nullable Long expected, SkuForm form) {
    String actor = request.caller().subject();
    return database.write(
        "sku",
        tx -> {
          GoodsBatch batch = GoodsStore.load(tx, List.of(form.product()), List.of(code));
          var outcome = batch.put(intent, code, expected, form);
          GoodsStore.save(tx, actor, batch, stocking);
          return why(outcome);
        });
  }

  private static <T> @Nullable Refusal why(Outcome<T, Refusal> outcome) {
    return switch (outcome) {
      case Outcome.Applied<T, Refusal> _, Outcome.AlreadyApplied<T, Refusal> _ -> null;
      case Outcome.Refused<T, Refusal>(Refusal why) -> why;
    };
  }

  private void done(@Nullable Refusal refusal) {
    if (refusal != null) {
      throw problem(refusal);
    }
    catalog.refresh();
  }

  private static Problem problem(Refusal why) {
    return switch (why) {
      case NOT_FOUND -> Problem.notFound();
      case STALE -> Problem.preconditionFailed();
      case EXISTS -> Problem.conflict("already_exists", "There is another one of that name");
      case NO_PRODUCT -> Problem.invalid("/product", "is no product");
      case OTHER_PRODUCT -> Problem.invalid("/product", "must be the one that the SKU has");
      case OTHER_CURRENCY ->
          Problem.invalid("/price/currency", "must be the currency that the SKU has");
      case FULL ->
          Problem.conflict(
              "too_many", "A product has at most " + GoodsBatch.SKUS_PER_PRODUCT_MAX + " SKUs");
    };
  }

  private Reply productReply(int status, String id) {
    StoredProduct product = store.product(id).orElseThrow(Problem::notFound);
    List<StoredSku> skus = store.skusOf(List.of(id));
    return Reply.json(status, json -> GoodsJson.write(json, product, skus))
        .header("ETag", new EntityTag(product.version(), "p").header())
        .header("Cache-Control", "no-store");
  }

  private Reply skuReply(int status, String code) {
    StoredSku sku = store.sku(code).orElseThrow(Problem::notFound);
    return Reply.json(status, (JsonWriter json) -> GoodsJson.write(json, sku))
        .header("ETag", new EntityTag(sku.version(), "s").header())
        .header("Cache-Control", "no-store");
  }

  private static @Nullable Long ifMatch(Request request) {
    return request.header("If-Match") == null ? null : EntityTag.requiredIfMatch(request);
  }

  private static String code(Request request) {
    String code = request.path("sku");
    if (!SkuCode.isValid(code)) {
      throw Problem.notFound();
    }
    return code;
  }
}
