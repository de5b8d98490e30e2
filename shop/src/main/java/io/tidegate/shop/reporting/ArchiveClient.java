package io.tidegate.shop.reporting;

import io.tidegate.platform.http.Problem;
import io.tidegate.shop.kernel.OrderNumber;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks the reports process for archived orders. */
public final class ArchiveClient {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int RETRY_SECONDS = 5;

  /** The way to the reports process; bounded in time and number of calls. */
  @FunctionalInterface
  public interface Way {
    /** Asks. */
    Answer get(String pathAndQuery, String authorization);
  }

  /**
   * What came back.
   *
   * @param status 0 or 5xx: nobody answers
   */
  public record Answer(int status, byte[] body) {}

  /** An archived order, as JSON texts. */
  record Archived(
      OrderNumber number,
      long userId,
      String state,
      int version,
      String summary,
      String document,
      String timeline,
      String tracking) {}

  private final Way way;
  private final ArchiveKey key;

  /**
   * @param secret what the system's nodes sign with
   */
  public ArchiveClient(Way way, byte[] secret) {
    this.way = way;
    this.key = new ArchiveKey(secret);
  }

  /** An order, whoever's it is. */
  Optional<Archived> order(OrderNumber number) {
    String path = ArchiveRoutes.ORDER + number;
    Answer answer = way.get(path, key.sign(path));
    if (answer.status() == 404) {
      return Optional.empty();
    }
    JsonNode json = read(answer);
    return Optional.of(
        new Archived(
            number,
            json.path("user").asLong(),
            json.path("state").asString(),
            json.path("version").asInt(),
            json.path("summary").asString(),
            json.path("document").asString(),
            json.path("timeline").asString(),
            json.path("tracking").asString()));
  }

  /** A customer's orders, newest first. */
  List<ArchiveReader.Listed> mine(ArchiveReader.Ask ask) {
    String query =
        "?below=%d&above=%d&most=%d&state=%s&q=%s"
            .formatted(ask.below(), ask.above(), ask.most(), ask.state(), encoded(ask.text()));
    String path = ArchiveRoutes.MINE + ask.userId() + "/orders" + query;
    JsonNode json = read(way.get(path, key.sign(ArchiveRoutes.signed(ask))));
    List<ArchiveReader.Listed> rows = new ArrayList<>();
    json.path("data")
        .forEach(row ->
            rows.add(
                new ArchiveReader.Listed(
                    row.path("number").asLong(), row.path("summary").asString())));
    return rows;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static JsonNode read(Answer answer) {
    if (answer.status() != 200) {
      throw unavailable();
    }
    try {
      return JSON.readTree(answer.body());
    } catch (JacksonException _) {
      throw unavailable();
    }
  }

  /** 503: the archive is there, and nobody reads it just now. */
  static Problem unavailable() {
    return Problem.unavailable(
        "archive_unavailable", "Orders of long ago can't be read just now", RETRY_SECONDS);
  }
}
