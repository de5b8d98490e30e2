package io.tidegate.shop.inventory;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.EntityTag;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.Catalog.Goods;
import io.tidegate.shop.catalog.GoodsLanguage;
import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.catalog.OfferJson;
import io.tidegate.shop.catalog.ProductPicture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The goods on offer as anybody sees them, answered from memory: list, product, SKU, picture. */
public final class GoodsRoutes implements Routes {

  private static final int QUERY_CHARS_MAX = 100;
  private static final String PICTURES = "/images/products/";
  private static final String PICTURE_SUFFIX = ".svg";

  /** What is sold out is known to the second, so a list may be as old. */
  private static final String LIST_CACHE = "public, max-age=1";

  /** Asking again costs a 304; an editor of prices must not see an old ETag. */
  private static final String THING_CACHE = "public, no-cache";

  private static final String PICTURE_CACHE = "public, max-age=86400";

  private final Catalog catalog;
  private final Availability availability;
  private final Cursors cursors;

  public GoodsRoutes(Catalog catalog, Availability availability, Cursors cursors) {
    this.catalog = catalog;
    this.availability = availability;
    this.cursors = cursors;
  }

  @Override
  public void register(Router router) {
    router.get("/v1/products", Access.open(), this::list).query("category", "q").paged();
    router.get("/v1/products/{id}", Access.open(), this::product);
    router.get("/v1/skus/{sku}", Access.open(), this::sku);
    router.get(PICTURES + "{file}", Access.open(), this::picture);
  }

  private Reply list(Request request) {
    String text = request.query("q");
    if (text != null && text.length() > QUERY_CHARS_MAX) {
      throw Problem.invalid("?q", "must not be longer than " + QUERY_CHARS_MAX);
    }
    String wanted = text == null ? "" : text.strip().toLowerCase(Locale.ROOT);
    String category = request.query("category");
    int most = request.limit() + 1;
    List<Goods> found = new ArrayList<>(most);
    for (Goods goods : catalog.productsAfter(cursors.position(request).orElse(0))) {
      if ((category == null || goods.category().equals(category)) && matches(goods, wanted)) {
        found.add(goods);
        if (found.size() == most) {
          break;
        }
      }
    }
    GoodsLanguage language = language(request);
    Reply page =
        Page.reply(
            request,
            cursors,
            found,
            Goods::position,
            (json, goods) -> write(json, goods, offers(goods), language));
    return told(page, LIST_CACHE, language);
  }

  private static boolean matches(Goods goods, String wanted) {
    return wanted.isEmpty()
        || goods.titleZh().toLowerCase(Locale.ROOT).contains(wanted)
        || goods.titleEn().toLowerCase(Locale.ROOT).contains(wanted);
  }

  private Reply product(Request request) {
    Goods goods = catalog.product(request.path("id")).orElseThrow(Problem::notFound);
    GoodsLanguage language = language(request);
    List<Offer> offers = offers(goods);
    EntityTag tag = tag(offers, language);
    Reply reply =
        tag.known(request)
            ? Reply.empty(304)
            : Reply.json(200, json -> write(json, goods, offers, language));
    return told(reply.header("ETag", tag.header()), THING_CACHE, language);
  }

  private Reply sku(Request request) {
    Offer offer = catalog.offer(request.path("sku"));
    if (offer == null) {
      throw Problem.notFound();
    }
    Goods goods = catalog.product(offer.product()).orElseThrow(Problem::notFound);
    GoodsLanguage language = language(request);
    boolean sellable = sellable(offer);
    EntityTag tag = OfferJson.tag(offer, language, sellable);
    Reply reply =
        tag.known(request)
            ? Reply.empty(304).header("ETag", tag.header())
            : OfferJson.reply(goods, offer, language, sellable);
    return told(reply, THING_CACHE, language);
  }

  private Reply picture(Request request) {
    String file = request.path("file");
    if (!file.endsWith(PICTURE_SUFFIX)) {
      throw Problem.notFound();
    }
    String id = file.substring(0, file.length() - PICTURE_SUFFIX.length());
    Goods goods = catalog.product(id).orElseThrow(Problem::notFound);
    byte[] svg = ProductPicture.svg(id, goods.glyph()).getBytes(StandardCharsets.UTF_8);
    return Reply.bytes(200, "image/svg+xml", svg).header("Cache-Control", PICTURE_CACHE);
  }

  private void write(JsonWriter json, Goods goods, List<Offer> offers, GoodsLanguage language) {
    json.beginObject()
        .field("id", goods.id())
        .field("title", OfferJson.title(goods, language))
        .field("category", goods.category())
        .field("image", PICTURES + goods.id() + PICTURE_SUFFIX)
        .name("skus")
        .beginArray();
    offers.forEach(offer -> OfferJson.write(json, goods, offer, language, sellable(offer)));
    json.endArray().endObject();
  }

  /** A product is known a moment before its offers when both are new. */
  private List<Offer> offers(Goods goods) {
    List<@Nullable Offer> known =
        goods.skus().stream().<@Nullable Offer>map(catalog::offer).toList();
    return known.stream().filter(Objects::nonNull).map(Objects::requireNonNull).toList();
  }

  private boolean sellable(Offer offer) {
    return offer.active() && availability.has(offer.sku());
  }

  /** Each edit raises one version, so their sum rises; stock is told bit by bit. */
  private EntityTag tag(List<Offer> offers, GoodsLanguage language) {
    long versions = 0;
    BitSet sellable = new BitSet(offers.size());
    for (int i = 0; i < offers.size(); i++) {
      versions += offers.get(i).version();
      sellable.set(i, sellable(offers.get(i)));
    }
    StringBuilder bits = new StringBuilder(language.tag());
    for (long word : sellable.toLongArray()) {
      bits.append(Long.toHexString(word)).append('x');
    }
    return new EntityTag(versions, bits.toString());
  }

  private static GoodsLanguage language(Request request) {
    return GoodsLanguage.of(request.header("Accept-Language"));
  }

  private static Reply told(Reply reply, String cache, GoodsLanguage language) {
    return reply
        .header("Cache-Control", cache)
        .header("Vary", "Accept-Language")
        .header("Content-Language", language.tag());
  }
}
