package io.tidegate.server.console;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.tidegate.platform.http.ReadyCheck;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What works just now on this node, and how its lanes flow. */
final class HealthPage implements Routes {
  private static final String PATH = "/console/health";
  private static final String LANE = "lane";

  private final Pages pages;
  private final MeterRegistry meters;
  private final ReadyCheck ready;

  HealthPage(Pages pages, MeterRegistry meters, ReadyCheck ready) {
    this.pages = pages;
    this.meters = meters;
    this.ready = ready;
  }

  /** What the page shows. */
  record Health(OrderList.State whole, List<Part> parts, List<Lane> lanes, String live) {}

  /** A part of the system. */
  record Part(String name, OrderList.State state) {}

  /** A lane; times are the median and the 99th percentile in milliseconds. */
  record Lane(
      String name,
      String queue,
      String commands,
      String batches,
      String perBatch,
      String waits,
      String load,
      String decide,
      String commit,
      String refused) {}

  @Override
  public void register(Router router) {
    pages.get(router, PATH, pages.of(Section.HEALTH, (_, visitor, _) -> whole(visitor)));
    pages
        .get(
            router,
            PATH + "/live",
            pages.of(Section.HEALTH, (request, visitor, _) -> live(request, visitor)))
        .query("seen");
  }

  private Reply whole(Visitor visitor) {
    Texts t = Texts.in(visitor.language());
    return pages
        .page(visitor, Section.HEALTH, t.of("health.title"), PATH, "health", model(t))
        .as(200);
  }

  private Reply live(Request request, Visitor visitor) {
    Health health = model(Texts.in(visitor.language()));
    String seen = health.live().substring(health.live().indexOf('=') + 1);
    return Live.reply(pages, visitor, request, "healthparts", health, seen);
  }

  private Health model(Texts t) {
    ReadyCheck.Readiness readiness = ready.check();
    List<Part> parts =
        new TreeMap<>(readiness.parts())
            .entrySet().stream()
                .map(part -> new Part(t.named("part", part.getKey()), state(part.getValue(), t)))
                .toList();
    List<Lane> lanes =
        meters.find("tidegate.lane.queue").gauges().stream()
            .map(gauge -> Objects.requireNonNull(gauge.getId().getTag(LANE)))
            .sorted()
            .map(lane -> lane(lane, t))
            .toList();
    OrderList.State whole = state(readiness.ready(), t);
    String seen = Live.seen(List.of(whole, parts, lanes));
    return new Health(whole, parts, lanes, PATH + "/live?seen=" + seen);
  }

  private static OrderList.State state(boolean up, Texts t) {
    return up
        ? new OrderList.State("up", t.of("health.up"))
        : new OrderList.State("down", t.of("health.down"));
  }

  private Lane lane(String lane, Texts t) {
    Gauge queue = meters.find("tidegate.lane.queue").tag(LANE, lane).gauge();
    DistributionSummary batch =
        meters.find("tidegate.lane.batch.commands").tag(LANE, lane).summary();
    return new Lane(
        t.named("lane", lane),
        whole(queue == null ? 0 : queue.value()),
        whole(batch == null ? 0 : batch.totalAmount()),
        whole(batch == null ? 0 : (double) batch.count()),
        batch == null ? "–" : String.format(Locale.ROOT, "%.1f", batch.mean()),
        times("tidegate.lane.wait", lane),
        times("tidegate.lane.load", lane),
        times("tidegate.lane.decide", lane),
        times("tidegate.lane.commit", lane),
        whole(count("tidegate.lane.full", lane) + count("tidegate.lane.expired", lane)));
  }

  private double count(String name, String lane) {
    Counter counter = meters.find(name).tag(LANE, lane).counter();
    return counter == null ? 0 : counter.count();
  }

  private String times(String name, String lane) {
    Timer timer = meters.find(name).tag(LANE, lane).timer();
    if (timer == null || timer.count() == 0) {
      return "–";
    }
    StringBuilder text = new StringBuilder();
    for (ValueAtPercentile value : timer.takeSnapshot().percentileValues()) {
      text.append(text.isEmpty() ? "" : " / ")
          .append(String.format(Locale.ROOT, "%.1f", value.value(TimeUnit.MILLISECONDS)));
    }
    return text.toString();
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }
}
