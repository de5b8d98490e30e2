package io.tidegate.harness.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The SKUs that a system sells, read page by page as a customer would. */
final class Catalogue {
  private static final int PAGES_MAX = 100_000;
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

  private Catalogue() {}

  /** At most {@code skusMax} SKUs. */
  static List<String> skus(URI api, int skusMax) throws BenchFailure, InterruptedException {
    return skus(api, skusMax, ANSWER_MAX);
  }

  /** The same, each page within this time. */
  static List<String> skus(URI api, int skusMax, Duration answerMax)
      throws BenchFailure, InterruptedException {
    List<String> skus = new ArrayList<>();
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    try {
      String after = "";
      for (int page = 0; page < PAGES_MAX && skus.size() < skusMax; page++) {
        JsonNode json = get(client, URI.create(api + "/v1/products?limit=100" + after), answerMax);
        for (JsonNode product : json.path("data")) {
          for (JsonNode sku : product.path("skus")) {
            skus.add(sku.path("sku").asString());
          }
        }
        String next = json.path("next").stringValue(null);
        if (next == null) {
          break;
        }
        after = "&after=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
      }
    } finally {
      client.shutdownNow(); // To close it would be to wait for an answer that does not end.
    }
    return List.copyOf(skus.subList(0, Math.min(skus.size(), skusMax)));
  }

  private static JsonNode get(HttpClient client, URI uri, Duration answerMax)
      throws BenchFailure, InterruptedException {
    try {
      HttpResponse<String> response =
          WholeAnswer.to(client, HttpRequest.newBuilder(uri).build(), answerMax);
      if (response.statusCode() != 200) {
        throw new BenchFailure("GET " + uri.getPath() + " answers " + response.statusCode());
      }
      return JsonMapper.shared().readTree(response.body());
    } catch (IOException | JacksonException e) {
      throw new BenchFailure("the products cannot be read from " + uri + ": " + e, e);
    }
  }
}
