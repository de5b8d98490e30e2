package io.tidegate.harness.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What there is to buy. */
final class Goods {
  /** From this price on, in fen, every effect of a paid order leaves a row. */
  private static final long DEAR = 10_000;

  /** Pieces that no run buys of one thing. */
  private static final int PLENTY = 100_000;

  private Goods() {}

  /** SKUs of the first page that are dear enough. */
  static List<String> dear(URI api) throws ChaosFailure, InterruptedException {
    List<String> skus = new ArrayList<>();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> page =
          client.send(
              HttpRequest.newBuilder(URI.create(api + "/v1/products?limit=100")).build(),
              HttpResponse.BodyHandlers.ofString());
      for (JsonNode product : JsonMapper.shared().readTree(page.body()).path("data")) {
        for (JsonNode sku : product.path("skus")) {
          if (sku.path("price").path("amount").longValue() >= DEAR) {
            skus.add(sku.path("sku").asString());
          }
        }
      }
    } catch (IOException | JacksonException e) {
      throw new ChaosFailure("the products cannot be read: " + e.getMessage(), e);
    }
    if (skus.size() < 20) {
      throw new ChaosFailure("there is too little to buy: " + skus.size() + " SKUs");
    }
    return List.copyOf(skus);
  }

  /** Puts so many pieces of each on the shelf that they don't run out. */
  static void fill(HttpDoor door, String staff, List<String> skus)
      throws ChaosFailure, InterruptedException {
    String body = "{\"delta\":" + PLENTY + ",\"reason\":\"a long run\"}";
    for (String sku : skus) {
      Answer answer =
          door.post("/v1/admin/skus/" + sku + "/stock-adjustments", staff, "plenty-" + sku, body);
      if (!(answer instanceof Answer.Done)) {
        throw new ChaosFailure("stock of " + sku + " can't be raised: " + answer);
      }
    }
  }
}
