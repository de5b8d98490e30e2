package io.tidegate.server;

import io.tidegate.server.audit.AuditFailure;
import io.tidegate.server.audit.AuditOptions;
import io.tidegate.server.audit.AuditReport;
import io.tidegate.server.audit.Auditor;
import io.tidegate.server.cli.Audits;
import io.tidegate.server.cli.Engines;
import io.tidegate.server.cli.Failure;
import io.tidegate.server.cli.LaneProbes;
import io.tidegate.server.cli.Parts;
import io.tidegate.server.cli.Program;
import io.tidegate.server.cli.Running;
import io.tidegate.server.config.Secret;
import io.tidegate.server.config.Settings;
import io.tidegate.server.exchange.Exchange;
import io.tidegate.server.fill.Filler;
import io.tidegate.server.probe.EdgeProbe;
import io.tidegate.server.probe.LaneProbe;
import java.net.URI;
import java.util.function.Consumer;

/** The program's entry. */
public final class Main {
  private Main() {}

  /** Runs one command and ends with its exit code. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs one command and returns its exit code. */
  static int run(String... args) {
    return Program.run(
        new Parts(
            Main::start,
            Wiring.TOPICS,
            audits(),
            laneProbes(),
            Filler::run,
            LakeFillRun::run,
            new Exchange(),
            new OrderImportRun(),
            LakeLook::run,
            RetireRun::run),
        args);
  }

  private static Running start(Settings settings, Engines engines, Consumer<String> progress) {
    if (settings.reportsAlone()) {
      return startReports(settings, engines, progress);
    }
    String simulators = engines.simulatorsUrl();
    Wiring wiring =
        Wiring.start(
            new Wiring.Ground(
                settings,
                engines.jdbcUrl(),
                engines.namesrv(),
                engines.brokerUp(),
                engines.node(),
                simulators.isEmpty() ? null : URI.create(simulators),
                settings.reports().url().isEmpty()
                    ? engines.reports()::url
                    : ReportsGateway.Address.of(settings.reports())),
            progress);
    return new Running() {
      @Override
      public int apiPort() {
        return wiring.apiPort();
      }

      @Override
      public Secret sandboxSecret() {
        return new Secret(wiring.sandboxSecret());
      }

      @Override
      public Secret simulatorKeys() {
        return new Secret(wiring.simulatorKeys());
      }

      @Override
      public void close() {
        wiring.close();
      }
    };
  }

  private static Running startReports(
      Settings settings, Engines engines, Consumer<String> progress) {
    ReportsWiring wiring =
        ReportsWiring.start(
            new Wiring.Ground(
                settings,
                engines.jdbcUrl(),
                engines.namesrv(),
                engines.brokerUp(),
                engines.node(),
                null),
            progress);
    return new Running() {
      @Override
      public int apiPort() {
        return wiring.port();
      }

      @Override
      public Secret sandboxSecret() {
        return Secret.NONE;
      }

      @Override
      public void close() {
        wiring.close();
      }
    };
  }

  private static Audits audits() {
    return (settings, jdbcUrl, full, progress) -> {
      AuditReport report;
      try (AuditedLake lake = AuditedLake.of(settings, jdbcUrl)) {
        report =
            Auditor.run(jdbcUrl, AuditOptions.of(full, AuditOptions.CONSUMERS), lake, progress);
      } catch (AuditFailure e) {
        throw new Failure(String.valueOf(e.getMessage()), e);
      }
      return new Audits.Report(report.toJson(), report.toTable(), report.broken() > 0);
    };
  }

  private static LaneProbes laneProbes() {
    return new LaneProbes() {
      @Override
      public Report feed(Settings settings, String jdbcUrl, Plan plan, Consumer<String> progress) {
        return LaneProbe.feed(settings, jdbcUrl, plan, progress);
      }

      @Override
      public Edge edge(Settings settings, String jdbcUrl, int port) {
        return EdgeProbe.start(settings, jdbcUrl, port);
      }
    };
  }
}
