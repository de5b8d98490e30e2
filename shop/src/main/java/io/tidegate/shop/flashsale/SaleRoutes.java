package io.tidegate.shop.flashsale;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.EntityTag;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.GoodsLanguage;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Sales as anybody sees them, from memory: their goods, times and state; never what is left. */
public final class SaleRoutes implements Routes {

  private static final String ALL = "/v1/flash-sales";

  /** Its state is known to the second, so an answer may be as old. */
  private static final String CACHE = "public, max-age=1";

  private final SaleBook book;
  private final Predicate<Sale> gone;
  private final Catalog catalog;
  private final Cursors cursors;
  private final InstantSource clock;

  /**
   * @param gone whether nothing of a sale can be had now
   * @param catalog has the titles
   */
  public SaleRoutes(
      SaleBook book, Predicate<Sale> gone, Catalog catalog, Cursors cursors, InstantSource clock) {
    this.book = book;
    this.gone = gone;
    this.catalog = catalog;
    this.cursors = cursors;
    this.clock = clock;
  }

  @Override
  public void register(Router router) {
    router.get(ALL, Access.open(), this::list).paged();
    router.get(ALL + "/{id}", Access.open(), this::show);
  }

  /** Newest first; those that are over stay for a day. */
  private Reply list(Request request) {
    long before = cursors.position(request).orElse(Long.MAX_VALUE);
    GoodsLanguage language = GoodsLanguage.of(request.header("Accept-Language"));
    Instant now = clock.instant();
    List<Sale> sales =
        book.all().stream()
            .filter(sale -> sale.id() < before)
            .sorted(Comparator.comparingLong(Sale::id).reversed())
            .limit(request.limit() + 1L)
            .toList();
    EntityTag tag = tag(sales, language, now);
    Reply reply =
        tag.known(request)
            ? Reply.empty(304)
            : Page.reply(
                request,
                cursors,
                sales,
                Sale::id,
                (json, sale) ->
                    SaleJson.write(json, sale, state(sale, now), catalog, language, now));
    return told(reply, tag, language);
  }

  private Reply show(Request request) {
    Sale sale = book.find(request.pathNumber("id"));
    if (sale == null) {
      throw Problem.notFound();
    }
    GoodsLanguage language = GoodsLanguage.of(request.header("Accept-Language"));
    Instant now = clock.instant();
    SaleState state = state(sale, now);
    EntityTag tag = SaleJson.tag(sale, state, language);
    Reply reply =
        tag.known(request)
            ? Reply.empty(304)
            : Reply.json(200, json -> SaleJson.write(json, sale, state, catalog, language, now));
    return told(reply, tag, language);
  }

  private SaleState state(Sale sale, Instant now) {
    return sale.shown(now, sale.isOpen(now) && gone.test(sale));
  }

  /** Each change raises one version; which sales they are, and their states, the rest tells. */
  private EntityTag tag(List<Sale> sales, GoodsLanguage language, Instant now) {
    long versions = 0;
    long shown = 1;
    for (Sale sale : sales) {
      versions += sale.version();
      shown = (shown * 1_000_003 + sale.id()) * 31 + state(sale, now).ordinal();
    }
    return new EntityTag(versions, language.tag() + Long.toHexString(shown));
  }

  private static Reply told(Reply reply, EntityTag tag, GoodsLanguage language) {
    return reply
        .header("ETag", tag.header())
        .header("Cache-Control", CACHE)
        .header("Vary", "Accept-Language")
        .header("Content-Language", language.tag());
  }
}
