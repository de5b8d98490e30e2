package io.tidegate.shop.catalog;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.EntityTag;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.catalog.SetPrice.Refusal;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.kernel.SkuCode;
import io.tidegate.shop.staff.StaffStore;
import java.util.Optional;
import java.util.function.Predicate;

/** {@code PUT /v1/admin/skus/{sku}/price}. */
public final class PriceRoutes implements Routes {

  private final Database database;
  private final Catalog catalog;
  private final Predicate<String> inStock;

  /**
   * @param inStock whether some of a SKU is available; stock is known above
   */
  public PriceRoutes(Database database, Catalog catalog, Predicate<String> inStock) {
    this.database = database;
    this.catalog = catalog;
    this.inStock = inStock;
  }

  @Override
  public void register(Router router) {
    router.put("/v1/admin/skus/{sku}/price", Access.staff("admin", "marketing"), this::set);
  }

  private Reply set(Request request) {
    Long expectedVersion = EntityTag.requiredIfMatch(request);
    String sku = request.path("sku");
    if (!SkuCode.isValid(sku)) {
      throw Problem.notFound();
    }
    Fields body = request.json();
    Fields.Amount price = PriceJson.price(body, "price");
    body.check();
    SetPrice command =
        new SetPrice(sku, expectedVersion, new Money(price.amount(), price.currency()));
    String actor = request.caller().subject();
    Outcome<Offer, Refusal> outcome =
        database.write("price", tx -> run(tx, command, actor)).orElseThrow(Problem::notFound);
    catalog.refresh();
    GoodsLanguage language = GoodsLanguage.of(request.header("Accept-Language"));
    return switch (outcome) {
      case Outcome.Applied<Offer, Refusal>(Offer offer) -> reply(offer, language);
      case Outcome.AlreadyApplied<Offer, Refusal>(Offer offer) -> reply(offer, language);
      case Outcome.Refused<Offer, Refusal>(Refusal why) -> throw problem(why);
    };
  }

  /**
   * No lock: who edited meanwhile makes the expected version miss, and the transaction, tried
   * again, reads the new one. The revision comes first, since it lines up those who edit.
   */
  private static Optional<Outcome<Offer, Refusal>> run(Tx tx, SetPrice command, String actor) {
    Optional<Offer> offer = CatalogStore.find(tx, command.sku());
    if (offer.isEmpty()) {
      return Optional.empty();
    }
    Outcome<Offer, Refusal> outcome = command.decide(offer.get());
    if (outcome instanceof Outcome.Applied<Offer, Refusal>(Offer priced)) {
      CatalogStore.raiseRevision(tx);
      CatalogStore.setPrice(tx, command.sku(), offer.get().version(), priced.price());
      StaffStore.record(
          tx,
          actor,
          "price.set",
          "sku " + command.sku(),
          json ->
              json.field("from", offer.get().price().amount())
                  .field("to", priced.price().amount())
                  .field("currency", priced.price().currency())
                  .field("version", priced.version()));
    }
    return Optional.of(outcome);
  }

  private Reply reply(Offer offer, GoodsLanguage language) {
    Catalog.Goods goods =
        catalog.product(offer.product()).orElseThrow(() -> new IllegalStateException("no product"));
    boolean sellable = offer.active() && inStock.test(offer.sku());
    return new OfferJson(goods, offer, offer, language, sellable).reply();
  }

  private static Problem problem(Refusal why) {
    return switch (why) {
      case STALE -> Problem.preconditionFailed();
      case OTHER_CURRENCY ->
          Problem.invalid("/price/currency", "must be the currency that the SKU has");
    };
  }
}
