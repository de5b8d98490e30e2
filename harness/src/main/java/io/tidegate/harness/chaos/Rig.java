package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.BenchFailure;
import io.tidegate.harness.bench.Endpoints;
import io.tidegate.harness.bench.Folders;
import io.tidegate.harness.bench.Launcher;
import io.tidegate.harness.bench.Settings;
import io.tidegate.harness.bench.Unguessable;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * A system of our own in a temporary folder, with simulators in a process of their own, all of
 * which may be killed and started again at the same addresses. {@link #close} ends what is left and
 * deletes the folder; so does the end of this program, when it is broken off.
 */
final class Rig implements AutoCloseable {
  private static final String SIMULATORS_HEAP = "-Xmx256m"; // room for the book of a long run

  /** For the first start, which makes a database, on a busy machine. */
  private static final Duration START_MAX = Duration.ofMinutes(3);

  private static final Duration ORPHAN_MAX = Duration.ofSeconds(5);

  /** A broker that starts can't be had within so short a time. */
  private static final Duration AWAY_LOOK_EVERY = Duration.ofMillis(20);

  private final Tidegate tidegate;
  private final Path folder;
  private final String secret;
  private final List<String> settings;
  private final Pace pace;
  private final boolean keep;
  private final Thread hook = new Thread(this::abandon);
  private final List<Child> programs = new ArrayList<>();
  private final List<Child> providers = new ArrayList<>();
  private int nodes = 1;
  private boolean over;
  private Child simulators;
  private Child program;
  private Endpoints endpoints;
  private String keys = "";

  /**
   * How fast the simulated parcels go, and what rolls their dice.
   *
   * @param packedAfterMillis from a shipment to its being packed
   * @param deliveredAfterMillis from a waybill to the delivery
   */
  record Pace(long packedAfterMillis, long deliveredAfterMillis, long seed) {
    /** Parcels arrive within a second, so that a system is soon at rest. */
    static final Pace QUICK = new Pace(300, 600, 1);
  }

  Rig(Tidegate tidegate, List<String> settings) throws ChaosFailure, InterruptedException {
    this(tidegate, settings, Pace.QUICK, false);
  }

  /**
   * Starts simulators and a program. What does not come to be leaves nothing behind.
   *
   * @param settings of the program, each {@code key=value}
   * @param keep whether the folder is left, and told, when it does not come to be, and when this
   *     program is broken off
   */
  Rig(Tidegate tidegate, List<String> settings, Pace pace, boolean keep)
      throws ChaosFailure, InterruptedException {
    this.tidegate = tidegate;
    this.pace = pace;
    this.keep = keep;
    this.secret = Unguessable.hex();
    try {
      this.folder = Files.createTempDirectory("tidegate-chaos-").toRealPath();
    } catch (IOException e) {
      throw new ChaosFailure("there is no temporary folder: " + e.getMessage(), e);
    }
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      Child sims = startSimulators(0);
      this.simulators = sims;
      List<String> all = new ArrayList<>(List.of("http.limit-per-user=0"));
      all.addAll(settings);
      all.add("sandbox.secret=" + secret);
      all.add("simulators.url=" + sims.address());
      this.settings = List.copyOf(all);
      this.program = startNode(data(), 0, this.settings, START_MAX);
      this.endpoints = readEndpoints(data());
    } catch (ChaosFailure | InterruptedException | RuntimeException e) {
      giveUp();
      throw e;
    }
  }

  /**
   * Has the providers simulated whose keys the program makes, beside the sandbox, which needs none.
   * The simulators are started again for it.
   */
  Rig withAllProviders() throws ChaosFailure, InterruptedException {
    try {
      keys = SimulatedKeys.of(database());
      simulators.kill();
      simulators.awaitEnd();
      simulators = startSimulators(simulators().getPort());
      return this;
    } catch (ChaosFailure | InterruptedException | RuntimeException e) {
      giveUp();
      throw e;
    }
  }

  Path data() {
    return folder.resolve("data");
  }

  Path folder() {
    return folder;
  }

  URI api() {
    return URI.create(program.address());
  }

  URI simulators() {
    return URI.create(simulators.address());
  }

  /** Signs what the simulated provider says. */
  String secret() {
    return secret;
  }

  String database() {
    return endpoints.database();
  }

  Optional<String> version() {
    return endpoints.version();
  }

  /** Another node on the same engines. Returns its address. */
  URI secondNode(List<String> own) throws ChaosFailure, InterruptedException {
    List<String> there = new ArrayList<>(own);
    there.add("db.url=" + database());
    endpoints.rocketmq().ifPresent(address -> there.add("rocketmq.namesrv=" + address));
    List<String> all = Settings.with(settings, there);
    nodes++;
    Path data = folder.resolve("data" + nodes);
    return URI.create(startNode(data, 0, all, START_MAX).address());
  }

  /**
   * SIGKILL. What shall die together is found first and then killed in one go.
   *
   * @param backend the session that {@link Victim#BACKEND} means
   */
  void kill(Victim victim, long backend) throws ChaosFailure {
    List<ProcessHandle> victims = new ArrayList<>();
    switch (victim) {
      case PROGRAM -> {}
      case POSTMASTER -> victims.add(postmaster());
      case BACKEND -> victims.add(session(backend));
      case BROKER -> victims.add(broker());
      case ALL -> {
        victims.add(postmaster());
        victims.add(broker());
        simulators.kill();
      }
    }
    if (victim.endsProgram()) {
      program.kill();
    }
    victims.forEach(ProcessHandle::destroyForcibly);
  }

  /** Kills the broker as often as the program starts it again, for so long. */
  void keepBrokerAway(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < until) {
      try {
        broker().destroyForcibly();
      } catch (ChaosFailure e) {
        // It is away, or has not yet said who it is: that is the first thing it does.
      }
      LockSupport.parkNanos(AWAY_LOOK_EVERY.toNanos());
    }
  }

  /** Starts again what {@code victim} ended and nobody supervises, at the same addresses. */
  void restart(Victim victim, Duration max) throws ChaosFailure, InterruptedException {
    if (victim == Victim.ALL) {
      simulators.awaitEnd();
      simulators = startSimulators(simulators().getPort());
    }
    if (victim.endsProgram()) {
      program.awaitEnd();
      program = startNode(data(), api().getPort(), settings, max);
      endpoints = readEndpoints(data());
    }
  }

  private ProcessHandle postmaster() throws ChaosFailure {
    Path data = data().resolve("postgres/data");
    return ours(pidIn(data.resolve("postmaster.pid")), data, "the postmaster");
  }

  private ProcessHandle broker() throws ChaosFailure {
    Path data = data().resolve("rocketmq");
    return ours(pidIn(data.resolve("broker.pid")), data, "the broker");
  }

  private ProcessHandle session(long pid) throws ChaosFailure {
    long postmaster = postmaster().pid();
    return ProcessHandle.of(pid)
        .filter(handle -> handle.parent().filter(p -> p.pid() == postmaster).isPresent())
        .orElseThrow(() -> new ChaosFailure("no session was found: process " + pid));
  }

  /** Never another program's process: its command line must name our folder. */
  private static ProcessHandle ours(long pid, Path folder, String what) throws ChaosFailure {
    return ProcessHandle.of(pid)
        .filter(handle ->
            handle.info().commandLine().filter(c -> c.contains(folder.toString())).isPresent())
        .orElseThrow(() -> new ChaosFailure(what + " was not found: process " + pid));
  }

  private static long pidIn(Path file) throws ChaosFailure {
    try {
      return Long.parseLong(Files.readAllLines(file).getFirst().strip());
    } catch (IOException | NumberFormatException | NoSuchElementException e) {
      throw new ChaosFailure(file + " does not tell a process", e);
    }
  }

  private Child startNode(Path data, int port, List<String> all, Duration max)
      throws ChaosFailure, InterruptedException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("serve", "--data", data.toString(), "--port", Integer.toString(port)));
    all.forEach(setting -> arguments.addAll(List.of("--set", setting)));
    ProcessBuilder builder = tidegate.command(arguments);
    return started(programs, builder, folder.resolve("serve.log")).awaitReady(max);
  }

  /** Also what is not ready yet is ended with us, and nothing is started once all is ended. */
  private synchronized Child started(List<Child> ours, ProcessBuilder builder, Path log)
      throws ChaosFailure {
    if (over) {
      throw new ChaosFailure("the system is ended");
    }
    ours.removeIf(child -> !child.isAlive());
    Child child = Child.start(builder, log);
    ours.add(child);
    return child;
  }

  private synchronized List<Child> ended(List<Child> ours) {
    over = true;
    return List.copyOf(ours);
  }

  private Child startSimulators(int port) throws ChaosFailure, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            SIMULATORS_HEAP,
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            absolute(System.getProperty("java.class.path")),
            "io.tidegate.harness.Main",
            "simulate",
            "--port",
            Integer.toString(port),
            "--data",
            folder.resolve("simulators").toString(),
            "--packed-after",
            Long.toString(pace.packedAfterMillis()),
            "--delivered-after",
            Long.toString(pace.deliveredAfterMillis()),
            "--seed",
            Long.toString(pace.seed()),
            "--carrier-error-share",
            "0.01",
            "--exit-with-parent");
    builder.environment().put("TIDEGATE_SANDBOX_SECRET", secret);
    if (!keys.isEmpty()) {
      builder.environment().put("TIDEGATE_SIMULATOR_KEYS", keys);
      builder.environment().put("TIDEGATE_SIMULATOR_CALLBACKS", api() + "/v1/callbacks");
    }
    return started(providers, builder, folder.resolve("simulators.log")).awaitReady(START_MAX);
  }

  private static String absolute(String classPath) {
    List<String> parts = new ArrayList<>();
    for (String part : classPath.split(File.pathSeparator, -1)) {
      parts.add(new File(part).getAbsolutePath());
    }
    return String.join(File.pathSeparator, parts);
  }

  private static Endpoints readEndpoints(Path data) throws ChaosFailure {
    try {
      return Endpoints.of(data);
    } catch (BenchFailure e) {
      throw new ChaosFailure(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Ends every process of ours, other nodes before the one that has the engines, and the engines
   * that a killed program left behind.
   */
  private void endAll() {
    ended(programs).reversed().forEach(Child::stop);
    ended(providers).forEach(Child::kill);
    endOrphan(this::postmaster);
    endOrphan(this::broker);
  }

  @FunctionalInterface
  private interface Found {
    ProcessHandle process() throws ChaosFailure;
  }

  /** Returns when it is gone, for it still writes until then. */
  private static void endOrphan(Found found) {
    try {
      ProcessHandle orphan = found.process();
      orphan.destroyForcibly();
      orphan.onExit().get(ORPHAN_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ChaosFailure e) {
      // It ended with its program, as it should.
    } catch (ExecutionException | TimeoutException e) {
      // It was told to end by force: nothing more can be done.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the end of this program leaves behind, when it is broken off: nothing, or all of it. */
  private void abandon() {
    endAll();
    if (keep) {
      System.err.println("the system's folder is " + folder);
    } else {
      Folders.sweep(folder);
    }
  }

  /** The same of a system that did not come to be. */
  private void giveUp() {
    abandon();
    Launcher.unhook(hook);
  }

  /**
   * Ends everything and deletes the folder, unless it shall be kept for whoever looks. What was
   * found is worth more than a clean end, so what can't be deleted is told and left.
   */
  void end(boolean keepFolder) {
    endAll();
    if (!Launcher.unhook(hook)) {
      return; // The machine is going down, and the hook does the work.
    }
    if (!keepFolder) {
      Folders.sweep(folder);
    }
  }

  @Override
  public void close() {
    end(false);
  }
}
