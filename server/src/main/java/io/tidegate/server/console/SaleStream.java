package io.tidegate.server.console;

import io.tidegate.platform.http.SseStream;
import io.tidegate.shop.flashsale.Sale;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a page of a flash sale hears: the server's time, and each part of the page as soon as it has
 * changed. A part that has not changed is never sent, so that focus and what is typed stay.
 */
final class SaleStream {
  /** Other nodes sell too: what they do is seen by looking. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** After this the browser comes again, and whether it may is asked anew. */
  private static final Duration LENGTH_MAX = Duration.ofMinutes(10);

  private static final Duration COME_AGAIN_AFTER = Duration.ofSeconds(2);
  private static final int PARTS = 3;

  private final Pages pages;
  private final Visitor visitor;
  private final SaleReader reader;
  private final Supplier<Optional<Sale>> sale;
  private final boolean mayEdit;
  private final InstantSource clock;

  SaleStream(
      Pages pages,
      Visitor visitor,
      SaleReader reader,
      Supplier<Optional<Sale>> sale,
      boolean mayEdit,
      InstantSource clock) {
    this.pages = pages;
    this.visitor = visitor;
    this.reader = reader;
    this.sale = sale;
    this.mayEdit = mayEdit;
    this.clock = clock;
  }

  /** What a browser has, in short. */
  static String seen(SaleDetail.Head head, SaleDetail.Acts acts, SaleDetail.Figures figures) {
    return String.join("-", Live.seen(head), Live.seen(acts.shown()), Live.seen(figures));
  }

  void run(SseStream out, String seen) throws IOException, InterruptedException {
    out.retry(COME_AGAIN_AFTER);
    String last = out.lastEventId();
    String[] known = (last == null ? seen : last).split("-", -1);
    if (known.length != PARTS) {
      known = new String[] {"", "", ""};
    }
    Instant end = clock.instant().plus(LENGTH_MAX);
    while (out.open() && clock.instant().isBefore(end)) {
      Optional<Sale> found = sale.get();
      if (found.isEmpty()) {
        return;
      }
      known = look(out, reader.seen(found.get(), clock.instant()), known);
      out.send(null, "clock", Long.toString(clock.millis()));
      Thread.sleep(LOOK_EVERY);
    }
  }

  /** Sends what has changed, and answers what the browser has then. */
  private String[] look(SseStream out, SaleReader.Seen now, String[] known) throws IOException {
    SaleDetail.Head head = reader.head(now);
    SaleDetail.Acts acts = reader.acts(now, mayEdit, SaleReader.freshStock());
    SaleDetail.Figures figures = reader.figures(now);
    String id = seen(head, acts, figures);
    String[] next = id.split("-", -1);
    List<String> templates = List.of("salehead", "saleacts", "salefigures");
    List<Object> models = List.of(head, acts, figures);
    for (int i = 0; i < PARTS; i++) {
      if (!next[i].equals(known[i])) {
        out.send(id, "part", pages.part(visitor, templates.get(i), models.get(i)).html());
      }
    }
    return next;
  }
}
