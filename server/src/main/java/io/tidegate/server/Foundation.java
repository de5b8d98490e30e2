package io.tidegate.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Migrations;
import io.tidegate.platform.db.NodeLease;
import io.tidegate.platform.http.Outbound;
import io.tidegate.platform.http.ReadyCheck;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.platform.identity.IdentitySettings;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.messaging.EventFeed;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.trace.Span;
import io.tidegate.platform.trace.TraceContext;
import io.tidegate.platform.trace.TraceSettings;
import io.tidegate.platform.trace.Tracer;
import io.tidegate.server.config.Role;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.kernel.OrderNumber;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What every part stands on: the database at this version, clock, event log and its feed, keys,
 * tokens, metrics and the way out to other systems.
 *
 * @param kept takes what must be closed
 * @param published tells the relay that there are events
 */
record Foundation(
    Wiring.Ground ground,
    Kept kept,
    Runnable published,
    PrometheusMeterRegistry meters,
    Clock clock,
    Database database,
    EventLog events,
    EventFeed feed,
    NodeLease node,
    DatabaseKeys keys,
    Tokens tokens,
    Outbound outbound) {

  /** Migrates the database and connects to it. */
  static Foundation lay(
      Wiring.Ground ground, Kept kept, Runnable published, Consumer<String> progress) {
    int migrated = Migrations.apply(ground.jdbcUrl());
    progress.accept("database at this version (" + migrated + " migrations applied)");
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Clock clock = Clock.system();
    Tracer tracer = kept.keep(tracer(ground, "tidegate", meters));
    Database database = kept.keep(new Database(sessions(ground), clock, tracer));
    clock.offsetFrom(database::now);
    DatabaseKeys keys = new DatabaseKeys(database);
    return new Foundation(
        ground,
        kept,
        published,
        meters,
        clock,
        database,
        new EventLog(database),
        kept.keep(new EventFeed(database)),
        kept.keep(NodeLease.take(database, ground.node(), OrderNumber.NODES)),
        keys,
        tokens(ground.settings().identity(), keys, clock),
        kept.keep(new Outbound(meters, tracer)));
  }

  Settings settings() {
    return ground.settings();
  }

  boolean has(Role role) {
    return settings().roles().contains(role);
  }

  ReadyCheck.Readiness readiness() {
    Map<String, Boolean> states = new LinkedHashMap<>();
    states.put("api", true);
    boolean up = database.isUp();
    states.put("database", up);
    states.put("broker", ground.brokerUp().getAsBoolean());
    return new ReadyCheck.Readiness(states, up);
  }

  private static DatabaseSettings sessions(Wiring.Ground ground) {
    Settings.Database wanted = ground.settings().database();
    return DatabaseSettings.of(ground.jdbcUrl())
        .withConnections(wanted.writeConnectionsMax(), wanted.readConnectionsMax());
  }

  static Tokens tokens(Settings.Identity identity, DatabaseKeys keys, Clock clock) {
    if (identity.external()) {
      return Tokens.external(
          IdentitySettings.external(
              identity.issuer(), identity.audience(), URI.create(identity.jwksUrl())),
          clock);
    }
    return Tokens.local(
        IdentitySettings.local(identity.issuer(), identity.audience()), keys, clock);
  }

  /** Who is told where time goes: nobody, unless a collector was named. */
  static Tracer tracer(Wiring.Ground ground, String service, MeterRegistry meters) {
    Settings.Otel wanted = ground.settings().otel();
    return wanted.endpoint().isEmpty()
        ? Tracer.OFF
        : Tracer.to(
            new TraceSettings(
                URI.create(wanted.endpoint()),
                wanted.sampleRatio(),
                wanted.timeout(),
                service,
                ground.node()),
            meters);
  }

  /** Of what the system does by itself. */
  String newTraceparent() {
    Span span = database.tracer().begin("by itself");
    span.end();
    return span.isTold() ? span.traceparent() : TraceContext.fresh().traceparent();
  }
}
