package io.tidegate.shop.reporting;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.kernel.OrderNumber;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the reports process answers the other nodes of its system about archived orders. Whoever
 * asks has signed it; who may see what is looked at where the customer asks.
 */
public final class ArchiveRoutes implements Routes {

  private static final Logger log = LoggerFactory.getLogger(ArchiveRoutes.class);

  /** The name of what the system's nodes sign with, among its secrets. */
  public static final String SECRET = "archive";

  static final String ORDER = "/internal/archive/orders/";
  static final String MINE = "/internal/archive/users/";

  /** Rows of one answer. */
  static final int MOST = 501;

  private final ArchiveReader reader;
  private final ArchiveKey key;

  /**
   * @param secret what the system's nodes sign with
   */
  public ArchiveRoutes(ArchiveReader reader, byte[] secret) {
    this.reader = reader;
    this.key = new ArchiveKey(secret);
  }

  @Override
  public void register(Router router) {
    router.get(ORDER + "{number}", Access.raw(), this::order);
    router
        .get(MINE + "{user}/orders", Access.raw(), this::mine)
        .query("below", "above", "most", "state", "q");
  }

  private Reply order(Request request) {
    OrderNumber number = OrderNumber.parse(request.path("number")).orElseThrow(Problem::notFound);
    check(request, ORDER + number);
    ArchiveReader.Found found = read(() -> reader.order(number)).orElseThrow(Problem::notFound);
    return Reply.json(
        200,
        json ->
            json.beginObject()
                .field("number", number.toString())
                .field("user", Long.toString(found.userId()))
                .field("state", found.state())
                .field("version", found.version())
                .fieldIfPresent("external", found.external())
                .field("summary", found.summary())
                .field("document", found.document())
                .field("timeline", found.timeline())
                .field("tracking", found.tracking())
                .endObject());
  }

  private Reply mine(Request request) {
    ArchiveReader.Ask ask =
        new ArchiveReader.Ask(
            request.pathNumber("user"),
            number(request, "below"),
            number(request, "above"),
            (int) Math.min(MOST, number(request, "most")),
            text(request, "state"),
            text(request, "q"));
    check(request, signed(ask));
    List<ArchiveReader.Listed> rows = read(() -> reader.mine(ask));
    return Reply.json(
        200,
        json -> {
          json.beginObject().name("data").beginArray();
          for (ArchiveReader.Listed row : rows) {
            json.beginObject()
                .field("number", Long.toString(row.number()))
                .field("summary", row.summary())
                .endObject();
          }
          json.endArray().endObject();
        });
  }

  /** Files that can't be read, or not in time, are no fault of the question: 503. */
  private static <T> T read(Supplier<T> looks) {
    try {
      return looks.get();
    } catch (ArchiveFailure e) {
      log.warn("the archive gives no answer: {}", e.getMessage(), e.getCause());
      throw ArchiveClient.unavailable();
    }
  }

  /** What of a question is signed. */
  static String signed(ArchiveReader.Ask ask) {
    return MINE + ask;
  }

  private void check(Request request, String asked) {
    String shown = request.header("Authorization");
    if (shown == null || !key.isOf(asked, shown)) {
      throw Problem.notFound();
    }
  }

  private static long number(Request request, String name) {
    try {
      return Long.parseLong(text(request, name));
    } catch (NumberFormatException _) {
      throw Problem.invalid("?" + name, "must be a number");
    }
  }

  private static String text(Request request, String name) {
    @Nullable String value = request.query(name);
    return value == null ? "" : value;
  }
}
