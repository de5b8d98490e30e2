package io.tidegate.server.console;

import io.micrometer.core.instrument.Meter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Says what is wrong by the figures of a moment, as the alert rules do for Prometheus. */
final class FaultFinder {
  private static final Duration RECENT = Duration.ofMinutes(5);
  private static final Duration LONGER = Duration.ofMinutes(15);

  /** Thresholds as in ops/prometheus/alerts.yml. */
  private static final double SHED_SHARE_MAX = 0.01;

  private static final double PROVIDER_FAILS_SHARE_MAX = 0.2;
  private static final double PLACING_SECONDS_MAX = 0.5;
  private static final double RELAY_SECONDS_MAX = 30;
  private static final double CONSUMER_MESSAGES_MAX = 10_000;
  private static final double LAKE_SECONDS_MAX = 300;
  private static final double COPIES_SECONDS_MAX = 3_600;
  private static final double WEBHOOKS_SECONDS_MAX = 300;
  private static final double PARCEL_SECONDS_MAX = 1_800;
  private static final double CALLBACKS_REFUSED_MAX = 20;
  private static final double DISK_TIMES_MIN = 4;

  private final Figures now;
  private final RecentCounts recent;
  private final List<Found> found = new ArrayList<>();

  private FaultFinder(Figures now, RecentCounts recent) {
    this.now = now;
    this.recent = recent;
  }

  /**
   * A fault that was found.
   *
   * @param what whose it is, and how much: put into its words
   */
  record Found(Fault fault, String what) {}

  /**
   * What is wrong, the worst first.
   *
   * @param placing the 99th percentile of what an order waits for in its lane, in seconds
   */
  static List<Found> find(Figures now, RecentCounts recent, double placing) {
    FaultFinder finder = new FaultFinder(now, recent);
    finder.parts();
    finder.requests(placing);
    finder.events();
    finder.providers();
    finder.lake();
    finder.people();
    finder.found.sort(Comparator.comparing(Found::fault));
    return List.copyOf(finder.found);
  }

  private void add(boolean wrong, Fault fault, String what) {
    if (wrong) {
      found.add(new Found(fault, what));
    }
  }

  private void parts() {
    add(now.of("tidegate.ready") == 0, Fault.ORDERS_NOT_TAKEN, "");
    add(now.of("tidegate.part.up", "part", "broker") == 0, Fault.BROKER_DOWN, "");
    add(now.sum("tidegate.partitions.missing") > 0, Fault.PARTITION_MISSING, "");
    double free = now.of("tidegate.disk.free.bytes");
    add(
        free < DISK_TIMES_MIN * now.of("tidegate.disk.free.min.bytes"),
        Fault.DISK_NEARLY_FULL,
        Numbers.bytes(free));
    double broken = now.of("tidegate.audit.broken");
    add(broken > 0, Fault.AUDIT_BROKEN, Numbers.count(broken));
  }

  private void requests(double placing) {
    for (String lane : now.labels("tidegate.lane.queue", "lane")) {
      counted(Fault.LANE_FULL, Figures.named("tidegate.lane.full", "lane", lane::equals), lane);
      counted(
          Fault.LANE_EXPIRED, Figures.named("tidegate.lane.expired", "lane", lane::equals), lane);
    }
    String requests = "http.server.requests";
    counted(Fault.REQUESTS_FAIL, Figures.named(requests, "status", "500"::equals), "");
    double shed =
        recent.since(
            RECENT,
            Figures.named(requests, "status", "503"::equals)
                .and(Figures.named(requests, "route", FaultFinder::shedsWhenFull)));
    double all = recent.since(RECENT, Figures.named(requests));
    add(
        all > 0 && shed / all > SHED_SHARE_MAX,
        Fault.REQUESTS_SHED,
        Numbers.share(all > 0 ? shed / all : 0));
    add(placing > PLACING_SECONDS_MAX, Fault.PLACING_SLOW, Numbers.time(placing));
  }

  /** A sale's gate turns away whom it can't serve, and reports are answered once they are made. */
  private static boolean shedsWhenFull(String route) {
    return !route.startsWith("/v1/flash-")
        && !route.startsWith("/v1/admin/reports")
        && !route.startsWith("/console");
  }

  private void counted(Fault fault, Predicate<Meter.Id> which, String whose) {
    double count = recent.since(RECENT, which);
    add(count > 0, fault, whose.isEmpty() ? Numbers.count(count) : whose);
  }

  private void events() {
    double relay = now.of("tidegate.relay.lag.seconds");
    add(relay > RELAY_SECONDS_MAX, Fault.RELAY_BEHIND, Numbers.time(relay));
    for (String consumer : now.labels("tidegate.consumer.backlog", "consumer")) {
      add(
          now.of("tidegate.consumer.backlog", "consumer", consumer) > CONSUMER_MESSAGES_MAX,
          Fault.CONSUMER_BEHIND,
          consumer);
      double dead = now.of("tidegate.consumer.dead", "consumer", consumer);
      add(dead > 0, Fault.DEAD_LETTERS, consumer + ": " + Numbers.count(dead));
    }
    double replays = now.of("tidegate.replay.open");
    add(replays > 0, Fault.REPLAY_OPEN, Numbers.count(replays));
  }

  private void providers() {
    String calls = "tidegate.outbound";
    for (String provider : now.labels("tidegate.outbound.circuit.open", "provider")) {
      boolean open = now.of("tidegate.outbound.circuit.open", "provider", provider) > 0;
      add(open, Fault.CIRCUIT_OPEN, provider);
      Predicate<Meter.Id> its = Figures.named(calls, "provider", provider::equals);
      double all = recent.since(RECENT, its);
      double answered =
          recent.since(
              RECENT,
              its.and(
                  Figures.named(
                      calls, "result", result -> result.equals("2xx") || result.equals("4xx"))));
      add(
          !open && all > 0 && (all - answered) / all > PROVIDER_FAILS_SHARE_MAX,
          Fault.PROVIDER_FAILS,
          provider);
    }
    double refused = recent.since(LONGER, Figures.named("tidegate.callbacks.refused"));
    add(refused > CALLBACKS_REFUSED_MAX, Fault.CALLBACKS_REFUSED, Numbers.count(refused));
    counted(Fault.BEHAVIOUR_REFUSED, Figures.named("tidegate.stream.refused"), "");
    counted(Fault.SALE_GATE_FULL, Figures.named("tidegate.flash.turned.away"), "");
  }

  private void lake() {
    double lag = now.of("tidegate.lake.lag.seconds");
    add(lag > LAKE_SECONDS_MAX, Fault.LAKE_BEHIND, Numbers.time(lag));
    double lost = now.of("tidegate.lake.lost.files");
    add(lost > 0, Fault.LAKE_FILES_LOST, Numbers.count(lost));
    double wait = now.of("tidegate.lake.waiting.files");
    add(wait > 0, Fault.LAKE_FILES_WAIT, Numbers.count(wait));
    double copies = now.of("tidegate.lake.not.uploaded.seconds");
    add(copies > COPIES_SECONDS_MAX, Fault.LAKE_NOT_COPIED, Numbers.time(copies));
    boolean here = !Double.isNaN(lag); // a node that has no reports does not tell of the lake
    add(here && recent.isElsewhereAway(), Fault.REPORTS_AWAY, "");
    double behaviour = recent.elsewhere().of("tidegate_lake_behaviour_lag_seconds");
    add(behaviour > LAKE_SECONDS_MAX, Fault.BEHAVIOUR_BEHIND, Numbers.time(behaviour));
  }

  private void people() {
    waiting("tidegate.refunds.waiting", Fault.REFUNDS_WAIT);
    waiting("tidegate.refunds.failing", Fault.REFUNDS_FAIL);
    waiting("tidegate.reconciliation.open", Fault.RECONCILIATION_OPEN);
    waiting("tidegate.late.notices.waiting", Fault.LATE_NOTICES);
    waiting("tidegate.webhooks.disabled", Fault.WEBHOOK_DISABLED);
    waiting("tidegate.webhooks.failing", Fault.WEBHOOKS_FAIL);
    double stuck = now.of("tidegate.parcels.stuck.seconds");
    add(stuck > PARCEL_SECONDS_MAX, Fault.PARCELS_STUCK, Numbers.time(stuck));
    waiting("tidegate.messages.given.up", Fault.MESSAGES_GIVEN_UP);
    double late = now.of("tidegate.webhooks.late.seconds");
    add(late > WEBHOOKS_SECONDS_MAX, Fault.WEBHOOKS_LATE, Numbers.time(late));
    counted(
        Fault.SPANS_DROPPED,
        Figures.named("tidegate.trace.spans", "result", "dropped"::equals),
        "");
  }

  private void waiting(String gauge, Fault fault) {
    double count = now.of(gauge);
    add(count > 0, fault, Numbers.count(count));
  }
}
