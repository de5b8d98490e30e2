package io.tidegate.server.console;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.identity.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Puts figures and faults into words. */
final class MonitoringReader {
  private static final Duration RECENT = Duration.ofMinutes(5);

  private final Figures now;
  private final MeterRegistry meters;
  private final RecentCounts recent;
  private final Texts t;
  private final Caller member;

  MonitoringReader(Figures now, MeterRegistry meters, RecentCounts recent, Texts t, Caller member) {
    this.now = now;
    this.meters = meters;
    this.recent = recent;
    this.t = t;
    this.member = member;
  }

  MonitoringBoard board() {
    double wait = Figures.percentile(meters, "tidegate.lane.wait", "place", 0.99);
    double commit = Figures.percentile(meters, "tidegate.lane.commit", "place", 0.99);
    return new MonitoringBoard(
        FaultFinder.find(now, recent, wait + commit).stream().map(this::trouble).toList(),
        List.of(
            parts(),
            events(),
            lake(),
            people(),
            lanes(),
            consumers(),
            providers(),
            sales(),
            process()));
  }

  private MonitoringBoard.Trouble trouble(FaultFinder.Found found) {
    Fault fault = found.fault();
    Section mended = fault.mended();
    boolean linked = mended != null && mended.allows(member);
    return new MonitoringBoard.Trouble(
        fault.code(),
        new OrderList.State(
            switch (fault.weight()) {
              case CRITICAL -> "down";
              case WARNING -> "retrying";
              case WAITS -> "pending";
            },
            t.of("fault_weight." + fault.weight().code())),
        t.with("fault." + fault.code(), whose(found)),
        t.of("fault_do." + fault.code()),
        mended != null && linked ? mended.path() : "",
        mended != null && linked ? t.of("nav." + mended.code()) : "",
        "docs/operations.md#" + fault.paragraph());
  }

  /** Whom a fault names: lanes and consumers have names for people. */
  private String whose(FaultFinder.Found found) {
    return switch (found.fault()) {
      case LANE_FULL, LANE_EXPIRED -> t.named("lane", found.what());
      case CONSUMER_BEHIND -> t.named("consumer", found.what());
      default -> found.what();
    };
  }

  private MonitoringBoard.Part figures(String code, MonitoringBoard.Figure... figures) {
    return new MonitoringBoard.Part(
        code, t.of("monitoring." + code), List.of(figures), List.of(), List.of(), "");
  }

  private MonitoringBoard.Figure figure(String name, String value) {
    return new MonitoringBoard.Figure(t.of("monitoring." + name), value, "");
  }

  private MonitoringBoard.Figure state(String name, double up) {
    return Double.isNaN(up)
        ? figure(name, Numbers.DASH)
        : new MonitoringBoard.Figure(
            t.of("monitoring." + name),
            t.of(up > 0 ? "health.up" : "health.down"),
            up > 0 ? "up" : "down");
  }

  private MonitoringBoard.Part parts() {
    return figures(
        "parts",
        state("taking", now.of("tidegate.ready")),
        state("database", now.of("tidegate.part.up", "part", "database")),
        state("broker", now.of("tidegate.part.up", "part", "broker")),
        state(
            "reports",
            Double.isNaN(now.of("tidegate.lake.lag.seconds"))
                ? Double.NaN
                : recent.elsewhere().isThere() ? 1 : recent.isElsewhereAway() ? 0 : Double.NaN),
        figure("disk", Numbers.bytes(now.of("tidegate.disk.free.bytes"))),
        state("partitions", 1 - Math.min(1, now.sum("tidegate.partitions.missing"))));
  }

  private MonitoringBoard.Part events() {
    return figures(
        "events",
        figure("relay_backlog", Numbers.count(now.of("tidegate.relay.backlog"))),
        figure("relay_lag", Numbers.time(now.of("tidegate.relay.lag.seconds"))),
        figure("replays", Numbers.count(now.of("tidegate.replay.open"))));
  }

  private MonitoringBoard.Part lake() {
    PrometheusText elsewhere = recent.elsewhere();
    return figures(
        "lake",
        figure("lake_lag", Numbers.time(now.of("tidegate.lake.lag.seconds"))),
        figure("lake_rows", Numbers.count(now.of("tidegate.lake.rows"))),
        figure("lake_files", Numbers.count(now.of("tidegate.lake.files"))),
        figure("lake_bytes", Numbers.bytes(now.of("tidegate.lake.bytes"))),
        figure("lake_lost", Numbers.count(now.of("tidegate.lake.lost.files"))),
        figure("behaviour_lag", Numbers.time(elsewhere.of("tidegate_lake_behaviour_lag_seconds"))),
        figure(
            "behaviour_backlog", Numbers.count(elsewhere.of("tidegate_lake_behaviour_backlog"))));
  }

  private MonitoringBoard.Part people() {
    return figures(
        "people",
        figure("refunds_waiting", Numbers.count(now.of("tidegate.refunds.waiting"))),
        figure("refunds_failing", Numbers.count(now.of("tidegate.refunds.failing"))),
        figure("differences", Numbers.count(now.of("tidegate.reconciliation.open"))),
        figure("parcels_stuck", Numbers.count(now.of("tidegate.parcels.stuck"))),
        figure("messages_given_up", Numbers.count(now.of("tidegate.messages.given.up"))),
        figure("late_notices", Numbers.count(now.of("tidegate.late.notices.waiting"))),
        figure("audit_broken", Numbers.count(now.of("tidegate.audit.broken"))));
  }

  /** A table; texts of its columns are named by its code. */
  private MonitoringBoard.Part table(String code, List<String> columns, List<List<String>> rows) {
    return new MonitoringBoard.Part(
        code,
        t.of("monitoring." + code),
        List.of(),
        columns.stream().map(column -> t.of("monitoring." + column)).toList(),
        rows,
        t.of("monitoring.none_" + code));
  }

  private MonitoringBoard.Part lanes() {
    List<List<String>> rows = new ArrayList<>();
    for (String lane : now.labels("tidegate.lane.queue", "lane")) {
      Predicate<Meter.Id> refused =
          Figures.named("tidegate.lane.full", "lane", lane::equals)
              .or(Figures.named("tidegate.lane.expired", "lane", lane::equals));
      rows.add(
          List.of(
              t.named("lane", lane),
              Numbers.count(now.of("tidegate.lane.queue", "lane", lane)),
              Numbers.time(Figures.percentile(meters, "tidegate.lane.wait", lane, 0.99)),
              Numbers.time(Figures.percentile(meters, "tidegate.lane.commit", lane, 0.99)),
              Numbers.count(recent.since(RECENT, refused))));
    }
    return table("lanes", List.of("lane", "queue", "wait", "commit", "refused"), rows);
  }

  private MonitoringBoard.Part consumers() {
    List<List<String>> rows = new ArrayList<>();
    for (String consumer : now.labels("tidegate.consumer.backlog", "consumer")) {
      rows.add(
          List.of(
              t.named("consumer", consumer),
              Numbers.count(now.of("tidegate.consumer.backlog", "consumer", consumer)),
              Numbers.count(now.of("tidegate.consumer.retrying", "consumer", consumer)),
              Numbers.count(now.of("tidegate.consumer.dead", "consumer", consumer)),
              Numbers.count(
                  recent.since(
                      RECENT,
                      Figures.named("tidegate.consumer.handled", "consumer", consumer::equals)))));
    }
    return table("consumers", List.of("consumer", "backlog", "retrying", "dead", "handled"), rows);
  }

  private MonitoringBoard.Part providers() {
    List<List<String>> rows = new ArrayList<>();
    for (String provider : now.labels("tidegate.outbound.circuit.open", "provider")) {
      Predicate<Meter.Id> calls = Figures.named("tidegate.outbound", "provider", provider::equals);
      double all = recent.since(RECENT, calls);
      double answered =
          recent.since(
              RECENT,
              calls.and(
                  Figures.named(
                      "tidegate.outbound",
                      "result",
                      result -> result.equals("2xx") || result.equals("4xx"))));
      boolean open = now.of("tidegate.outbound.circuit.open", "provider", provider) > 0;
      rows.add(
          List.of(
              provider,
              t.of(open ? "monitoring.circuit_open" : "monitoring.circuit_closed"),
              Numbers.count(all),
              Numbers.count(all - answered)));
    }
    return table("providers", List.of("provider", "circuit", "calls", "failed"), rows);
  }

  /** All together, and those that are on; who waits is not told by sale. */
  private MonitoringBoard.Part sales() {
    List<List<String>> rows = new ArrayList<>();
    if (now.of("tidegate.flash.waiting") >= 0) {
      rows.add(
          sale(
              t.of("monitoring.all_sales"),
              Numbers.count(now.of("tidegate.flash.waiting")),
              Numbers.count(now.of("tidegate.flash.under.way")),
              now.of("tidegate.flash.free"),
              _ -> true));
    }
    for (String sale : now.labels("tidegate.flash.sale.free", "sale")) {
      rows.add(
          sale(
              sale,
              Numbers.DASH,
              Numbers.DASH,
              now.of("tidegate.flash.sale.free", "sale", sale),
              sale::equals));
    }
    return table(
        "sales", List.of("sale", "waiting", "under_way", "free", "placed", "sale_refused"), rows);
  }

  private List<String> sale(
      String name, String waiting, String underWay, double free, Predicate<String> which) {
    return List.of(
        name,
        waiting,
        underWay,
        Numbers.count(free),
        Numbers.count(
            recent.since(RECENT, Figures.named("tidegate.flash.sale.placed", "sale", which))),
        Numbers.count(
            recent.since(RECENT, Figures.named("tidegate.flash.sale.refused", "sale", which))));
  }

  private MonitoringBoard.Part process() {
    return figures(
        "process",
        figure("in_flight", Numbers.count(now.of("http.server.in.flight"))),
        figure("streams", Numbers.count(now.of("http.server.streams"))),
        figure(
            "requests", Numbers.count(recent.since(RECENT, Figures.named("http.server.requests")))),
        figure("cpu", Numbers.share(now.of("process.cpu.usage"))),
        figure("machine_cpu", Numbers.share(now.of("system.cpu.usage"))),
        figure("heap", Numbers.bytes(now.sum("jvm.memory.used", "area", "heap"))),
        figure("heap_max", Numbers.bytes(now.sum("jvm.memory.max", "area", "heap"))),
        figure("threads", Numbers.count(now.of("jvm.threads.live"))));
  }
}
