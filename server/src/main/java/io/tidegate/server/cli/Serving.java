package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One running node: data directory, engines, parts and simulators, and what it tells others.
 * Closing stops all of it in order, each step within its limit.
 */
final class Serving implements AutoCloseable {
  /** Requests finish, lanes drain, consumers end. */
  static final Duration PARTS_STOP_MAX = Duration.ofMillis(2_500);

  /** The engines and simulators, all at once. */
  static final Duration ENGINES_STOP_MAX = Duration.ofMillis(1_900);

  private static final Duration BROKER_LOOK_EVERY = Duration.ofMillis(200);

  private final Settings settings;
  private final DataDirectory data;
  private final Steps steps;
  private final EngineRoom engines;
  private final Thread brokerWatch;
  private @Nullable Running running;
  private @Nullable SimulatorsChild simulators;
  private @Nullable ReportsChild reports;
  private volatile @Nullable Endpoints endpoints;

  private Serving(Settings settings, DataDirectory data, Steps steps) {
    this.settings = settings;
    this.data = data;
    this.steps = steps;
    this.engines = new EngineRoom(data, steps);
    this.brokerWatch = Thread.ofVirtual().name("broker-watch").unstarted(this::watchBroker);
  }

  /** Starts everything; returns when requests are taken. What was started is stopped on failure. */
  static Serving start(Settings settings, Parts parts, Steps steps) {
    DataDirectory data = DataDirectory.take(settings.data(), settings.diskFreeBytesMin());
    try {
      Port.mustBeFree(settings.http().host(), settings.http().port());
    } catch (RuntimeException e) {
      data.leave();
      throw e;
    }
    Serving serving = new Serving(settings, data, steps);
    try {
      Endpoints.remove(data.root()); // of one that was killed
      Logs.toFolder(data.log(), settings.logLevel());
      steps.say("data in " + data.root() + ", log in " + data.log().resolve(Logs.FILE_NAME));
      serving.startAll(parts);
      return serving;
    } catch (RuntimeException | Error e) {
      serving.close();
      throw e;
    }
  }

  private void startAll(Parts parts) {
    engines.start(settings, settings.messaging().topics(parts.topics()));
    Settings complete = withPassword();
    int simulatorsPort =
        settings.demo().ownSimulators() && !settings.reportsAlone()
            ? Port.kept(PrivateFile.folder(data.simulators()).resolve("port"))
            : 0;
    Engines ground =
        new Engines(
            engines.jdbcUrl(),
            engines.namesrv(),
            engines::brokerUp,
            KeptText.in(data.root(), "node").text(),
            simulatorsPort > 0
                ? Port.url(Port.LOOPBACK, simulatorsPort)
                : settings.demo().simulatorsUrl(),
            reports());
    Running started =
        steps.timed(
            "the parts are started", () -> parts.starter().start(complete, ground, steps::say));
    running = started;
    if (simulatorsPort > 0) {
      simulators =
          SimulatorsChild.start(
              Children.launcher(),
              data.simulators(),
              simulatorsPort,
              () ->
                  new SimulatorsChild.Secrets(
                      started.sandboxSecret(),
                      started.simulatorKeys(),
                      Port.url(settings.http().host(), started.apiPort())),
              settings.businessZone(),
              steps::say);
    }
    tell(ground, started);
    if (settings.servesConsole()) {
      steps.shown(
          "sign in to the console as "
              + Settings.Console.STAFF_NAME
              + " with password "
              + complete.console().password().text());
    }
  }

  private ReportsProcess reports() {
    Optional<Path> launcher = Children.launcherIfAny();
    if (!settings.ownReports() || launcher.isEmpty()) {
      return ReportsProcess.NONE; // a program that the launcher didn't start has no reports
    }
    ReportsChild child =
        ReportsChild.start(
            new ReportsChild.Plan(
                launcher.get(),
                PrivateFile.folder(data.reports()),
                settings,
                engines.jdbcUrl(),
                engines.namesrv()),
            steps::say);
    reports = child;
    return child;
  }

  private Settings withPassword() {
    return settings.console().password().isGiven()
        ? settings
        : settings.withConsolePassword(KeptText.in(data.secrets(), "console-password"));
  }

  private void tell(Engines ground, Running started) {
    String api = Port.url(settings.http().host(), started.apiPort());
    Endpoints told =
        new Endpoints(
            ProcessHandle.current().pid(),
            Version.text(),
            api,
            api + "/console",
            ground.simulatorsUrl(),
            ground.jdbcUrl(),
            ground.namesrv(),
            engines.brokerUp());
    told.write(data.root());
    endpoints = told;
    brokerWatch.start();
    steps.say("API at " + told.api() + ", console at " + told.console());
    if (!told.simulators().isEmpty()) {
      steps.say("simulated payment, carrier, warehouse and messages at " + told.simulators());
    }
  }

  /** Where it can be reached. */
  Endpoints told() {
    return Objects.requireNonNull(endpoints);
  }

  /** The line that programs wait for. */
  void sayReady(PrintWriter out) {
    Endpoints told = endpoints;
    if (told != null) {
      long begun = ManagementFactory.getRuntimeMXBean().getStartTime();
      out.println("ready " + told.api() + " " + (System.currentTimeMillis() - begun));
      out.flush();
    }
  }

  private void watchBroker() {
    for (Endpoints told = endpoints; told != null; told = endpoints) {
      try {
        Thread.sleep(BROKER_LOOK_EVERY);
      } catch (InterruptedException e) {
        return; // closed
      }
      boolean up = engines.brokerUp();
      if (up != told.brokerReady()) {
        retell(told.withBrokerReady(up));
      }
    }
  }

  /** A file that is removed at the stop must not come back. */
  private synchronized void retell(Endpoints now) {
    if (endpoints != null) {
      now.write(data.root());
      endpoints = now;
    }
  }

  private synchronized void untell() {
    endpoints = null;
    Endpoints.remove(data.root());
  }

  @Override
  public void close() {
    brokerWatch.interrupt();
    untell();
    Running parts = running;
    if (parts != null) {
      Bounded.run("the parts", PARTS_STOP_MAX, parts::close);
    }
    SimulatorsChild child = simulators;
    ReportsChild reporting = reports;
    Bounded.all(
        ENGINES_STOP_MAX,
        new Bounded.Step("the simulators", child == null ? () -> {} : child::close),
        new Bounded.Step("the reports", reporting == null ? () -> {} : reporting::close),
        new Bounded.Step("the message broker", engines::closeBroker),
        new Bounded.Step("the database", engines::closeDatabase));
    data.close();
  }
}
