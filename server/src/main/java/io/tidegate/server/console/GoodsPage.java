package io.tidegate.server.console;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.Caller;
import io.tidegate.shop.catalog.Category;
import io.tidegate.shop.catalog.GoodsBatch;
import io.tidegate.shop.catalog.GoodsRules;
import io.tidegate.shop.catalog.GoodsStore;
import io.tidegate.shop.catalog.SkuForm;
import io.tidegate.shop.catalog.StoredSku;
import io.tidegate.shop.inventory.AdjustStock;
import io.tidegate.shop.inventory.StockDesk;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.kernel.SkuCode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Goods with their prices and stock: found by what one types, priced, delisted and listed by the
 * version that the page showed, their stock corrected with a reason.
 */
final class GoodsPage implements Routes {
  private static final String PATH = "/console/goods";
  private static final String SKU = PATH + "/{sku}";
  private static final Access PRICERS = Access.staff("admin", "marketing");
  private static final Access STOCKERS = Access.staff("admin", "warehouse");
  private static final int QUERY_CHARS_MAX = 100;
  private static final int BACK_CHARS_MAX = 1_000;
  private static final int KEY_CHARS_MAX = 64;

  private final Pages pages;
  private final Database database;
  private final Console.Goods goods;
  private final GoodsReader reader;

  GoodsPage(Pages pages, Database database, Console.Goods goods, GoodsReader reader) {
    this.pages = pages;
    this.database = database;
    this.goods = goods;
    this.reader = reader;
  }

  @Override
  public void register(Router router) {
    pages
        .get(router, PATH, pages.of(Section.GOODS, this::list))
        .query("q", "category", "after", "done");
    pages.post(router, SKU + "/price", pages.form(Section.GOODS, PRICERS, this::price));
    pages.post(router, SKU + "/listing", pages.form(Section.GOODS, PRICERS, this::listing));
    pages.post(router, SKU + "/stock", pages.form(Section.GOODS, STOCKERS, this::stock));
  }

  private Reply list(Request request, Visitor visitor, Caller member) {
    Texts t = Texts.in(visitor.language());
    String text = value(request, "q").strip();
    if (text.length() > QUERY_CHARS_MAX) {
      throw Problem.invalid("?q", "is too long");
    }
    String category = category(value(request, "category"));
    String after = value(request, "after");
    GoodsReader.Found found = reader.find(text, category, rank(after), t);
    Long next = found.next();
    String back = href(text, category, after);
    GoodsList list =
        new GoodsList(
            found.rows(),
            text,
            categories(category, t),
            !text.isEmpty() || !category.isEmpty(),
            PRICERS.allows(member),
            STOCKERS.allows(member),
            reader.warehouses(t),
            notice(request.query("done"), t),
            back,
            after.isEmpty() ? "" : href(text, category, ""),
            next == null ? "" : href(text, category, Long.toString(next)),
            // What is sent twice is done once; a page that is loaded anew asks for something new.
            UUID.randomUUID().toString());
    return pages.page(visitor, Section.GOODS, t.of("goods.title"), back, "goods", list).as(200);
  }

  private static String value(Request request, String name) {
    String value = request.query(name);
    return value == null ? "" : value;
  }

  private static String category(String code) {
    boolean known =
        code.isEmpty()
            || Arrays.stream(Category.values()).anyMatch(each -> each.code().equals(code));
    if (!known) {
      throw Problem.invalid("?category", "is no category");
    }
    return code;
  }

  private static @Nullable Long rank(String after) {
    try {
      return after.isEmpty() ? null : Long.parseLong(after);
    } catch (NumberFormatException _) {
      throw Problem.invalid("?after", "is no place in the list");
    }
  }

  private static String href(String text, String category, String after) {
    StringBuilder href = new StringBuilder(PATH);
    add(href, "q", text);
    add(href, "category", category);
    add(href, "after", after);
    return href.toString();
  }

  private static void add(StringBuilder href, String name, String value) {
    if (!value.isEmpty()) {
      href.append(href.indexOf("?") < 0 ? '?' : '&')
          .append(name)
          .append('=')
          .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
  }

  private static List<OrderList.Choice> categories(String chosen, Texts t) {
    List<OrderList.Choice> choices =
        new ArrayList<>(
            List.of(new OrderList.Choice("", t.of("goods.any_category"), chosen.isEmpty())));
    for (Category each : Category.values()) {
      String title =
          switch (t.language()) {
            case ZH -> each.titleZh();
            case EN -> each.titleEn();
          };
      choices.add(new OrderList.Choice(each.code(), title, each.code().equals(chosen)));
    }
    return List.copyOf(choices);
  }

  private static String notice(@Nullable String done, Texts t) {
    return switch (done) {
      case "priced" -> t.of("goods.priced");
      case "listed" -> t.of("goods.listed");
      case "delisted" -> t.of("goods.delisted");
      case "counted" -> t.of("goods.counted");
      case "stale" -> t.of("goods.stale");
      case "out_of_stock" -> t.of("goods.out_of_stock");
      case "not_on_hand" -> t.of("goods.not_on_hand");
      case "too_many" -> t.of("goods.too_many");
      case "key_reused" -> t.of("goods.stale");
      case null, default -> "";
    };
  }

  private Reply price(Request request, Visitor visitor, Caller member) {
    Typed typed = new Typed(request.form());
    StoredSku now = reader.sku(sku(request)).orElseThrow(Problem::notFound);
    String currency = now.form().price().currency();
    Money price = new Money(typed.amount("price", currency, 1, GoodsRules.PRICE_MAX), currency);
    return edit(
        request,
        member,
        now,
        form ->
            new SkuForm(
                form.product(),
                form.titleZh(),
                form.titleEn(),
                price,
                form.weightGrams(),
                form.active()),
        "priced");
  }

  private Reply listing(Request request, Visitor visitor, Caller member) {
    boolean active = new Typed(request.form()).text("active", 5).equals("true");
    StoredSku now = reader.sku(sku(request)).orElseThrow(Problem::notFound);
    return edit(
        request,
        member,
        now,
        form ->
            new SkuForm(
                form.product(),
                form.titleZh(),
                form.titleEn(),
                form.price(),
                form.weightGrams(),
                active),
        active ? "listed" : "delisted");
  }

  /** Edits what the page showed; nothing of it where somebody has edited it since. */
  private Reply edit(
      Request request, Caller member, StoredSku seen, UnaryOperator<SkuForm> change, String done) {
    long version = new Typed(request.form()).integer("version", 1, Integer.MAX_VALUE);
    Outcome<StoredSku, GoodsBatch.Refusal> outcome =
        database.write(
            "sku",
            tx -> {
              GoodsBatch batch =
                  GoodsStore.load(tx, List.of(seen.form().product()), List.of(seen.code()));
              StoredSku now = batch.sku(seen.code());
              Outcome<StoredSku, GoodsBatch.Refusal> put =
                  batch.put(
                      GoodsBatch.Intent.EDIT,
                      seen.code(),
                      version,
                      change.apply(now == null ? seen.form() : now.form()));
              GoodsStore.save(tx, member.subject(), batch, (_, _) -> {});
              return put;
            });
    goods.prices().refresh();
    return back(request, outcome instanceof Outcome.Refused ? "stale" : done);
  }

  private Reply stock(Request request, Visitor visitor, Caller member) {
    Typed typed = new Typed(request.form());
    String sku = sku(request);
    int delta = typed.integer("delta", -StockDesk.DELTA_MAX, StockDesk.DELTA_MAX);
    if (delta == 0) {
      throw Problem.invalid("/delta", "must not be 0");
    }
    String warehouse = typed.optional("warehouse", KEY_CHARS_MAX);
    if (!warehouse.isEmpty() && !goods.stockDesk().warehouses().contains(warehouse)) {
      throw Problem.invalid("/warehouse", "is no warehouse");
    }
    String key = typed.text("key", KEY_CHARS_MAX);
    StockDesk.Asked asked =
        new StockDesk.Asked(
            new AdjustStock(sku, delta, warehouse.isEmpty() ? null : warehouse),
            typed.text("reason", StockDesk.REASON_CHARS_MAX),
            member.subject(),
            IdempotencyKey.of(
                    member.kind() + ":" + member.subject(), "POST " + PATH + "/" + sku, key)
                .hash16(),
            request.traceparent());
    return switch (goods.stockDesk().correct(asked)) {
      case Outcome.Applied<String, AdjustStock.Refusal> _,
          Outcome.AlreadyApplied<String, AdjustStock.Refusal> _ ->
          back(request, "counted");
      case Outcome.Refused<String, AdjustStock.Refusal>(AdjustStock.Refusal why) ->
          switch (why) {
            case NO_SUCH_SKU -> throw Problem.notFound();
            case KEY_REUSED -> back(request, "key_reused");
            case OUT_OF_STOCK -> back(request, "out_of_stock");
            case NOT_ON_HAND -> back(request, "not_on_hand");
            case TOO_MANY -> back(request, "too_many");
          };
    };
  }

  private static String sku(Request request) {
    String sku = request.path("sku");
    if (!SkuCode.isValid(sku)) {
      throw Problem.notFound();
    }
    return sku;
  }

  /** To the list as it was searched; only to a list of ours. */
  private static Reply back(Request request, String done) {
    String back = new Typed(request.form()).optional("back", BACK_CHARS_MAX);
    String list = back.startsWith(PATH + "?") ? back : PATH;
    return Reply.seeOther(list + (list.contains("?") ? "&" : "?") + "done=" + done);
  }
}
