package io.tidegate.shop.inventory;

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
import io.tidegate.shop.inventory.AdjustStock.Refusal;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.kernel.SkuCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a stock system outside says what it gives us to sell, signed. */
public final class StockFeedRoutes implements Routes {

  private static final int WAREHOUSE_CHARS_MAX = 64;

  private static final Logger log = LoggerFactory.getLogger(StockFeedRoutes.class);

  private final StockFeed feed;
  private final SignedGate gate;
  private final MeterRegistry meters;

  public StockFeedRoutes(StockFeed feed, SignedGate gate, MeterRegistry meters) {
    this.feed = feed;
    this.gate = gate;
    this.meters = meters;
  }

  /**
   * One word as it was read.
   *
   * @param errors what is wrong with it: then there is nothing else to go by
   */
  private record Word(StockFeed.Given given, List<FieldError> errors) {
    private Word {
      errors = List.copyOf(errors);
    }
  }

  @Override
  public void register(Router router) {
    router.post(
        "/v1/parts/stock/given",
        Access.raw(),
        request -> gate.answer(request, "stock.given", body -> take(body, request.traceparent())));
  }

  private Reply take(Fields body, String traceparent) {
    List<Word> words = read(body);
    body.check();
    // Words of one SKU are taken together or not at all, so one that can't be read spoils the
    // others.
    Map<String, List<FieldError>> spoilt = new HashMap<>();
    for (Word word : words) {
      if (!word.errors().isEmpty()) {
        spoilt.putIfAbsent(word.given().sku(), word.errors());
      }
    }
    List<StockFeed.Given> good =
        words.stream().map(Word::given).filter(each -> !spoilt.containsKey(each.sku())).toList();
    Iterator<Outcome<StockFeed.Given, Refusal>> outcomes =
        good.isEmpty() ? Collections.emptyIterator() : feed.take(good, traceparent).iterator();
    return Reply.json(
        200,
        json -> {
          json.beginObject().name("results").beginArray();
          for (Word word : words) {
            StockFeed.Given given = word.given();
            json.beginObject().field("sku", given.sku()).field("warehouse", given.warehouse());
            List<FieldError> errors = spoilt.get(given.sku());
            if (errors == null) {
              write(json, given, outcomes.next());
            } else {
              refuse(json, given, "invalid");
              Problem.write(json.name("errors"), word.errors().isEmpty() ? errors : word.errors());
            }
            json.endObject();
          }
          json.endArray().endObject();
        });
  }

  private List<Word> read(Fields body) {
    List<Word> words = new ArrayList<>();
    Set<OnHand.Place> places = new HashSet<>();
    for (Fields each : body.array("given", 1, StockFeed.SHELVES_MAX)) {
      String sku = each.string("sku", SkuCode.CHARS_MAX);
      if (!sku.isEmpty() && !SkuCode.isValid(sku)) {
        each.refuse("sku", "must be 1 to 64 of A-Z, 0-9 and dash");
      }
      String warehouse = each.string("warehouse", WAREHOUSE_CHARS_MAX);
      if (!warehouse.isEmpty() && !feed.warehouses().contains(warehouse)) {
        each.refuse("warehouse", "is no warehouse");
      }
      long sequence = each.integer("sequence", 1, Long.MAX_VALUE);
      long pieces = each.integer("pieces", 0, StockDesk.DELTA_MAX);
      List<FieldError> errors = each.takeErrors();
      if (errors.isEmpty() && !places.add(new OnHand.Place(sku, warehouse))) {
        body.refuse("given", "has a shelf that is there twice");
      }
      words.add(new Word(new StockFeed.Given(sku, warehouse, sequence, pieces), errors));
    }
    return words;
  }

  private void write(
      JsonWriter json, StockFeed.Given given, Outcome<StockFeed.Given, Refusal> outcome) {
    switch (outcome) {
      case Outcome.Applied<StockFeed.Given, Refusal> _ -> json.field("outcome", "applied");
      case Outcome.AlreadyApplied<StockFeed.Given, Refusal> _ ->
          json.field("outcome", "already_applied");
      case Outcome.Refused<StockFeed.Given, Refusal>(Refusal why) ->
          refuse(json, given, why.name().toLowerCase(Locale.ROOT));
    }
  }

  private void refuse(JsonWriter json, StockFeed.Given given, String why) {
    json.field("outcome", "refused").field("why", why);
    log.warn(
        "what the stock system gives of {} is refused: {}",
        SkuCode.isValid(given.sku()) ? given.sku() : "no SKU",
        why);
    Counter.builder("tidegate.stock.feed.refused")
        .description("Words of the stock system outside that were refused")
        .tag("why", why)
        .register(meters)
        .increment();
  }
}
