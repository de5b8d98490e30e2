package io.tidegate.server.console;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.Caller;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is wrong and what to do about it, and beneath it how everything of this node stands. */
final class MonitoringPage implements Routes {
  private static final String PATH = "/console/monitoring";

  /** However many look, the gauges are read this often at most. */
  private static final Duration READ_EVERY = Duration.ofSeconds(1);

  private final Pages pages;
  private final MeterRegistry meters;
  private final RecentCounts recent;
  private @Nullable Figures last;
  private long lastNanos;

  MonitoringPage(Pages pages, MeterRegistry meters, RecentCounts recent) {
    this.pages = pages;
    this.meters = meters;
    this.recent = recent;
  }

  @Override
  public void register(Router router) {
    pages.get(
        router, PATH, pages.of(Section.MONITORING, (_, visitor, member) -> whole(visitor, member)));
    live(router, "faults");
    live(router, "figures");
  }

  private void live(Router router, String part) {
    pages
        .get(
            router,
            PATH + "/" + part,
            pages.of(
                Section.MONITORING,
                (request, visitor, member) -> live(part, request, visitor, member)))
        .query("seen");
  }

  private Reply whole(Visitor visitor, Caller member) {
    Texts t = Texts.in(visitor.language());
    return pages
        .page(
            visitor,
            Section.MONITORING,
            t.of("monitoring.title"),
            PATH,
            "monitoring",
            board(t, member))
        .as(200);
  }

  private Reply live(String part, Request request, Visitor visitor, Caller member) {
    MonitoringBoard board = board(Texts.in(visitor.language()), member);
    Object shown = part.equals("faults") ? board.faults() : board.sections();
    return Live.reply(pages, visitor, request, "monitoring" + part, board, Live.seen(shown));
  }

  private MonitoringBoard board(Texts t, Caller member) {
    return new MonitoringReader(figures(), meters, recent, t, member).board();
  }

  private synchronized Figures figures() {
    Figures known = last;
    if (known == null || System.nanoTime() - lastNanos > READ_EVERY.toNanos()) {
      known = Figures.read(meters);
      last = known;
      lastNanos = System.nanoTime();
    }
    return known;
  }
}
