package io.tidegate.harness.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the provider's book, entry by entry. */
final class ProviderBook {
  /** What it says of the orders that were asked about. */
  record Pages(List<Evidence.BookPayment> payments, List<Evidence.BookRefund> refunds) {
    static Pages empty() {
      return new Pages(new ArrayList<>(), new ArrayList<>());
    }
  }

  private ProviderBook() {}

  /**
   * @param floor orders above this number
   * @param pages get what it says
   */
  static void read(InputStream json, long floor, Pages pages) throws IOException {
    try (JsonParser parser = JsonMapper.shared().createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String list = parser.currentName();
        if (parser.nextToken() != JsonToken.START_ARRAY) {
          parser.skipChildren();
          continue;
        }
        while (parser.nextToken() == JsonToken.START_OBJECT) {
          JsonNode entry = parser.readValueAsTree();
          switch (list) {
            case "payments" -> payment(entry, floor, pages);
            case "refunds" -> refund(entry, floor, pages);
            default -> {}
          }
        }
      }
    } catch (JacksonException e) {
      throw new IOException("the provider's book cannot be read", e);
    }
  }

  private static void payment(JsonNode entry, long floor, Pages pages) {
    String id = entry.path("payment").asString();
    if (order(id) > floor) {
      pages
          .payments()
          .add(
              new Evidence.BookPayment(
                  id, entry.path("transaction").asString(""), entry.path("amount").longValue()));
    }
  }

  private static void refund(JsonNode entry, long floor, Pages pages) {
    String id = entry.path("refund").asString();
    if (order(id) > floor) {
      String moved = entry.path("succeededAt").asString("");
      pages
          .refunds()
          .add(
              new Evidence.BookRefund(
                  id,
                  entry.path("payment").asString(),
                  entry.path("amount").longValue(),
                  entry.path("state").asString().equals("succeeded"),
                  moved.isEmpty() ? 0 : Instant.parse(moved).toEpochMilli()));
    }
  }

  /** The order's number at the head of a payment's or refund's id. */
  private static long order(String id) {
    int digits = 0;
    while (digits < id.length() && Character.isDigit(id.charAt(digits))) {
      digits++;
    }
    return digits == 0 ? 0 : Long.parseLong(id.substring(0, digits));
  }
}
