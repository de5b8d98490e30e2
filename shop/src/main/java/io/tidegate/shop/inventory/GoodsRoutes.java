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
import io.tidegate.shop.catalog.GoodsSearch;
import io.tidegate.shop.catalog.GoodsSearch.Hit;
import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.catalog.OfferJson;
import io.tidegate.shop.catalog.ProductPicture;
import io.tidegate.shop.promotion.PriceBook;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

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

  private final PriceBook prices;
  private final Catalog catalog;
  private final GoodsSearch search;
  private final Availability availability;
  private final Cursors cursors;
  private final InstantSource clock;

  /**
   * @param clock says which prices are in force
   */
  public GoodsRoutes(
      PriceBook prices,
      GoodsSearch search,
      Availability availability,
      Cursors cursors,
      InstantSource clock) {
    this.prices = prices;
    this.catalog = prices.catalog();
    this.search = search;
    this.availability = availability;
    this.cursors = cursors;
    this.clock = clock;
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
    List<Hit> found = text == null || text.isBlank() ? inOrder(request) : best(request, text);
    GoodsLanguage language = language(request);
    Instant now = clock.instant();
    Reply page =
        Page.reply(
            request,
            cursors,
            found,
            Hit::rank,
            (json, hit) -> write(json, hit.goods(), catalog.offers(hit.goods()), language, now));
    return told(page, LIST_CACHE, language);
  }

  /** All goods that are sold, in the order of their positions. */
  private List<Hit> inOrder(Request request) {
    String category = request.query("category");
    int most = request.limit() + 1;
    List<Hit> found = new ArrayList<>(most);
    for (Goods goods : catalog.productsAfter(cursors.position(request).orElse(0))) {
      if (goods.active() && (category == null || goods.category().equals(category))) {
        found.add(new Hit(goods, goods.position()));
        if (found.size() == most) {
          break;
        }
      }
    }
    return found;
  }

  private List<Hit> best(Request request, String text) {
    long after = cursors.position(request).orElse(Long.MAX_VALUE);
    return search.find(text, request.query("category"), false, after, request.limit() + 1);
  }

  private Reply product(Request request) {
    Goods goods = catalog.product(request.path("id")).orElseThrow(Problem::notFound);
    GoodsLanguage language = language(request);
    List<Offer> offers = catalog.offers(goods);
    Instant now = clock.instant();
    EntityTag tag = tag(goods, offers, language, now);
    Reply reply =
        tag.known(request)
            ? Reply.empty(304)
            : Reply.json(200, json -> write(json, goods, offers, language, now));
    return told(reply.header("ETag", tag.header()), THING_CACHE, language);
  }

  private Reply sku(Request request) {
    Offer offer = catalog.offer(request.path("sku"));
    if (offer == null) {
      throw Problem.notFound();
    }
    Goods goods = catalog.product(offer.product()).orElseThrow(Problem::notFound);
    GoodsLanguage language = language(request);
    OfferJson shown = shown(goods, offer, language, clock.instant());
    EntityTag tag = shown.tag();
    Reply reply =
        tag.known(request) ? Reply.empty(304).header("ETag", tag.header()) : shown.reply();
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

  private void write(
      JsonWriter json, Goods goods, List<Offer> offers, GoodsLanguage language, Instant now) {
    json.beginObject()
        .field("id", goods.id())
        .field("title", OfferJson.title(goods, language))
        .field("category", goods.category())
        .field("image", PICTURES + goods.id() + PICTURE_SUFFIX)
        .name("skus")
        .beginArray();
    offers.forEach(offer -> shown(goods, offer, language, now).write(json));
    json.endArray().endObject();
  }

  private OfferJson shown(Goods goods, Offer listed, GoodsLanguage language, Instant now) {
    return new OfferJson(
        goods,
        listed,
        prices.inForce(listed, now),
        language,
        listed.active() && availability.has(listed.sku()));
  }

  /** Each edit raises one version, so their sum rises; the rest is told by what each SKU shows. */
  private EntityTag tag(Goods goods, List<Offer> offers, GoodsLanguage language, Instant now) {
    long versions = goods.version();
    long shown = 0;
    for (Offer offer : offers) {
      EntityTag tag = shown(goods, offer, language, now).tag();
      versions += tag.version();
      shown = shown * 1_000_003 + tag.hash().hashCode();
    }
    return new EntityTag(versions, language.tag() + Long.toHexString(shown));
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
