package io.tidegate.harness.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An order as its customer sees it in the end.
 *
 * @param lines by number
 * @param refunds by id, the automatic ones too
 * @param returns states by id
 */
record OrderPage(
    String state,
    long total,
    long refundedTotal,
    Map<Integer, Line> lines,
    Map<String, Refund> refunds,
    Map<String, String> returns) {

  record Line(int quantity, int refunded) {}

  /**
   * A refund.
   *
   * @param deducted what less than was paid goes back, for spent perks
   * @param pieces by line; empty for an automatic one
   * @param number under which the provider knows it
   */
  record Refund(
      String state,
      long amount,
      long deducted,
      Map<Integer, Integer> pieces,
      @Nullable String number) {}

  static OrderPage of(JsonNode json) {
    Map<Integer, Line> lines = new LinkedHashMap<>();
    for (JsonNode item : json.path("items")) {
      lines.put(
          item.path("line").intValue(),
          new Line(item.path("quantity").intValue(), item.path("refundedQuantity").intValue()));
    }
    Map<String, Refund> refunds = new LinkedHashMap<>();
    for (JsonNode refund : json.path("refunds")) {
      refunds.put(
          refund.path("id").asString(),
          new Refund(
              refund.path("state").asString(""),
              refund.path("amount").path("amount").longValue(),
              refund.path("deducted").path("amount").asLong(0),
              pieces(refund.path("lines")),
              refund.path("refundNumber").stringValue(null)));
    }
    Map<String, String> returns = new LinkedHashMap<>();
    for (JsonNode back : json.path("returns")) {
      returns.put(back.path("id").asString(), back.path("state").asString(""));
    }
    return new OrderPage(
        json.path("state").asString(""),
        json.path("total").path("amount").longValue(),
        json.path("refundedTotal").path("amount").longValue(),
        lines,
        refunds,
        returns);
  }

  private static Map<Integer, Integer> pieces(JsonNode lines) {
    Map<Integer, Integer> pieces = new HashMap<>();
    for (JsonNode line : lines) {
      pieces.merge(line.path("line").intValue(), line.path("quantity").intValue(), Integer::sum);
    }
    return pieces;
  }

  /** What customers had back: automatic refunds are of money that paid nothing. */
  List<Refund> succeeded() {
    List<Refund> all = new ArrayList<>();
    refunds.values().stream()
        .filter(refund -> refund.state().equals("succeeded") && !refund.pieces().isEmpty())
        .forEach(all::add);
    return all;
  }
}
