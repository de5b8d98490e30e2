package io.tidegate.shop.ordering;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Problem.FieldError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Refusals of quotes and of placing as problems. */
final class PlaceProblemJson {

  private static final String QUOTE = "/quote";

  private PlaceProblemJson() {}

  /**
   * What was refused.
   *
   * @param beside what was said beside the quote; null where none was placed
   */
  record Asked(List<PlaceOrder.Line> lines, @Nullable Ask beside) {

    static Asked unquoted(List<PlaceOrder.Line> lines) {
      return new Asked(lines, null);
    }

    boolean quoted() {
      return beside != null;
    }

    String coupon() {
      return beside != null && beside.coupon() == null ? QUOTE : "/coupon";
    }

    String points() {
      return beside != null && beside.points() == null ? QUOTE : "/points";
    }

    String packets() {
      return beside != null && beside.packets() == null && beside.packetAmount() == null
          ? QUOTE
          : "/redPackets";
    }
  }

  /** A refusal. */
  static Problem problem(PlaceOrder.Refusal why, Asked asked) {
    List<PlaceOrder.Line> lines = asked.lines();
    boolean quoted = asked.quoted();
    return switch (why) {
      case PlaceOrder.Refusal.OutOfStock(List<Integer> missing, List<Integer> fewer) ->
          Problem.conflict("out_of_stock", "Not all of it is in stock")
              .with(json -> {
                json.name("errors").beginArray();
                for (int line : missing) {
                  String detail =
                      fewer.contains(line) ? "has fewer left than asked for" : "is sold out";
                  error(json, lines, quoted, line, detail);
                }
                json.endArray();
              });
      case PlaceOrder.Refusal.NotSellable(List<Integer> missing) ->
          Problem.conflict("not_sellable", "Not all of it is for sale")
              .with(json -> errors(json, lines, quoted, missing, "is not for sale"));
      case PlaceOrder.Refusal.PriceChanged changed -> priceChanged(changed, lines, quoted);
      case PlaceOrder.Refusal.OtherCurrency(String currency) ->
          Problem.invalid("/expectedTotal/currency", "must be " + currency + ", as the goods are");
      case PlaceOrder.Refusal.QuoteExpired _ ->
          Problem.conflict("quote_expired", "The quote is over: ask for a new one");
      case PlaceOrder.Refusal.NoSuchAddress _ -> noSuchAddress();
      case PlaceOrder.Refusal.AddressChanged _ ->
          Problem.conflict(
              "quote_expired",
              "The quote is over: ask for a new one",
              List.of(new FieldError(QUOTE, "its address has changed")));
      case PlaceOrder.Refusal.OtherAddress _ ->
          Problem.invalid("/address", "is not the one that the quote was made for");
      case PlaceOrder.Refusal.CouponUnavailable(String reason) ->
          couponUnavailable(reason, asked.coupon());
      case PlaceOrder.Refusal.PointsAboveShare(long most) ->
          Problem.invalid(asked.points(), "must be at most " + most + " for these goods");
      case PlaceOrder.Refusal.TooFewPoints _ -> tooFewPoints(asked.points());
      case PlaceOrder.Refusal.PacketUnavailable _ -> packetUnavailable(asked.packets());
      case PlaceOrder.Refusal.NotCarried(boolean unknown) ->
          unknown && !quoted
              ? Problem.invalid("/courier", "is no courier that can be chosen")
              : Problem.conflict(
                  "courier_unavailable",
                  "The courier does not go there",
                  List.of(new FieldError(quoted ? QUOTE : "/courier", "does not go there")));
      case PlaceOrder.Refusal.KeyReused _ -> Problem.keyReused();
      case PlaceOrder.Refusal.Archived(long number) ->
          Problem.conflict("archived", "This key placed order " + number + ", long ago");
    };
  }

  private static Problem priceChanged(
      PlaceOrder.Refusal.PriceChanged changed, List<PlaceOrder.Line> lines, boolean quoted) {
    return Problem.conflict("price_changed", "It costs more than expected")
        .with(json -> {
          json.name("current").beginObject();
          OrderJson.amounts(json, changed.current());
          json.endObject();
          if (changed.lines().isEmpty() && changed.causes().isEmpty()) {
            return;
          }
          json.name("errors").beginArray();
          changed.lines().forEach(line -> error(json, lines, quoted, line, "costs more now"));
          for (String cause : changed.causes()) {
            json.beginObject().field("pointer", QUOTE).field("detail", cause).endObject();
          }
          json.endArray();
        });
  }

  static Problem noSuchAddress() {
    return Problem.invalid("/addressId", "is no address of yours");
  }

  static Problem couponUnavailable(String why, String pointer) {
    return Problem.conflict(
            "coupon_unavailable",
            "The coupon can't be used for this",
            List.of(new FieldError(pointer, why)))
        .with(json -> json.field("why", why));
  }

  static Problem tooFewPoints(String pointer) {
    return Problem.conflict(
        "points_unavailable",
        "There are not so many points",
        List.of(new FieldError(pointer, "is more than the balance")));
  }

  static Problem packetUnavailable(String pointer) {
    return Problem.conflict(
        "red_packet_unavailable",
        "The red packets don't hold so much",
        List.of(new FieldError(pointer, "is more than is left in them")));
  }

  private static void errors(
      JsonWriter json,
      List<PlaceOrder.Line> lines,
      boolean quoted,
      List<Integer> wrong,
      String detail) {
    json.name("errors").beginArray();
    wrong.forEach(line -> error(json, lines, quoted, line, detail));
    json.endArray();
  }

  private static void error(
      JsonWriter json, List<PlaceOrder.Line> lines, boolean quoted, int line, String detail) {
    json.beginObject()
        .field("pointer", quoted ? QUOTE : "/items/" + line + "/sku")
        .field("detail", detail)
        .field("sku", lines.get(line).sku())
        .endObject();
  }
}
