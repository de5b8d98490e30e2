package io.tidegate.shop.catalog;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Problem.FieldError;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.http.SignedGate;
import io.tidegate.shop.catalog.CatalogFeed.FedProduct;
import io.tidegate.shop.catalog.CatalogFeed.FedSku;
import io.tidegate.shop.catalog.GoodsBatch.Refusal;
import io.tidegate.shop.kernel.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a catalogue outside says what its products are, signed. */
public final class CatalogFeedRoutes implements Routes {

  private final CatalogFeed feed;
  private static final Logger log = LoggerFactory.getLogger(CatalogFeedRoutes.class);

  private final SignedGate gate;
  private final MeterRegistry meters;

  public CatalogFeedRoutes(CatalogFeed feed, SignedGate gate, MeterRegistry meters) {
    this.feed = feed;
    this.gate = gate;
    this.meters = meters;
  }

  /**
   * One product as it was read.
   *
   * @param errors what is wrong with it: then it is not taken
   */
  private record Read(FedProduct product, List<FieldError> errors) {
    private Read {
      errors = List.copyOf(errors);
    }
  }

  @Override
  public void register(Router router) {
    router.post(
        "/v1/parts/catalog/products",
        Access.raw(),
        request -> gate.answer(request, "catalog.products", this::take));
  }

  private Reply take(Fields body) {
    List<Read> all = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    Set<String> codes = new HashSet<>();
    for (Fields each : body.array("products", 1, CatalogFeed.PRODUCTS_MAX)) {
      FedProduct product = read(each);
      Read read = new Read(product, each.takeErrors());
      if (read.errors().isEmpty() && isTwice(product, ids, codes)) {
        body.refuse("products", "has a product or a SKU that is there twice");
      }
      all.add(read);
    }
    body.check();
    Iterator<Outcome<FedProduct, Refusal>> outcomes =
        feed.take(all.stream().filter(read -> read.errors().isEmpty()).map(Read::product).toList())
            .iterator();
    return Reply.json(
        200,
        json -> {
          json.beginObject().name("results").beginArray();
          for (Read read : all) {
            json.beginObject().field("product", read.product().id());
            if (read.errors().isEmpty()) {
              write(json, read.product(), outcomes.next());
            } else {
              refuse(json, read.product(), "invalid");
              Problem.write(json.name("errors"), read.errors());
            }
            json.endObject();
          }
          json.endArray().endObject();
        });
  }

  private static boolean isTwice(FedProduct product, Set<String> ids, Set<String> codes) {
    boolean twice = !ids.add(product.id());
    for (FedSku sku : product.skus()) {
      twice |= !codes.add(sku.code());
    }
    return twice;
  }

  private static FedProduct read(Fields body) {
    String id = GoodsJson.productId(body);
    long version = body.integer("version", 1, Long.MAX_VALUE);
    ProductWish wish = GoodsJson.productWish(body);
    List<FedSku> skus = new ArrayList<>();
    List<Fields> told = body.optionalArray("skus", 0, GoodsBatch.SKUS_PER_PRODUCT_MAX);
    for (Fields each : told == null ? List.<Fields>of() : told) {
      skus.add(GoodsJson.fedSku(each));
    }
    return new FedProduct(id, version, wish, skus);
  }

  private void write(JsonWriter json, FedProduct product, Outcome<FedProduct, Refusal> outcome) {
    switch (outcome) {
      case Outcome.Applied<FedProduct, Refusal> _ -> json.field("outcome", "applied");
      case Outcome.AlreadyApplied<FedProduct, Refusal> _ ->
          json.field("outcome", "already_applied");
      case Outcome.Refused<FedProduct, Refusal>(Refusal why) ->
          refuse(json, product, why.name().toLowerCase(Locale.ROOT));
    }
  }

  private void refuse(JsonWriter json, FedProduct product, String why) {
    json.field("outcome", "refused").field("why", why);
    log.warn(
        "what the catalogue says of {} is refused: {}",
        GoodsRules.isProductId(product.id()) ? product.id() : "no product",
        why);
    Counter.builder("tidegate.catalog.feed.refused")
        .description("Products of the catalogue outside that were refused")
        .tag("why", why)
        .register(meters)
        .increment();
  }
}
