package io.tidegate.harness.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What each of the system's processes has used, as Linux tells in /proc; empty elsewhere. */
final class Processes {
  /** A clock tick as /proc counts: 1/100 s on every Linux that Java runs on. */
  private static final long MICROS_PER_TICK = 10_000;

  static final String SERVER = "server";
  static final String DATABASE = "database";
  static final String BROKER = "broker";
  static final String SIMULATORS = "simulators";
  static final String REPORTS = "reports";

  private static final String REPORTS_ROLE = "--role reports";

  private Processes() {}

  /** One process as /proc/PID/stat tells. */
  private record Stat(String name, long parent, long ownTicks, long endedChildrenTicks) {}

  /**
   * CPU microseconds so far, by server, database, broker, simulators, reports and generator; a part
   * that cannot be found is left out.
   */
  static Map<String, Long> cpuMicros(OptionalLong server, OptionalLong backend) {
    Map<String, Long> cpu = new LinkedHashMap<>();
    Map<String, Long> node = server.isPresent() ? nodeMicros(server.getAsLong()) : Map.of();
    node.forEach((part, micros) -> {
      cpu.put(part, micros);
      if (part.equals(SERVER)) {
        backend.ifPresent(pid -> database(pid).ifPresent(used -> cpu.put(DATABASE, used)));
      }
    });
    own(ProcessHandle.current().pid()).ifPresent(micros -> cpu.put("generator", micros));
    return cpu;
  }

  /** The same of one node: its server, and what that has started, by part. */
  static Map<String, Long> nodeMicros(long server) {
    Map<String, Long> cpu = new LinkedHashMap<>();
    stat(server)
        .ifPresent(s -> {
          cpu.put(SERVER, s.ownTicks() * MICROS_PER_TICK);
          ProcessHandle.of(server).stream()
              .flatMap(ProcessHandle::descendants)
              .forEach(child -> addChild(cpu, child.pid()));
          // The reports' process may start late, and end: of all children no other does meanwhile.
          cpu.merge(REPORTS, s.endedChildrenTicks() * MICROS_PER_TICK, Long::sum);
        });
    return cpu;
  }

  private static void addChild(Map<String, Long> cpu, long pid) {
    String command = commandLine(pid);
    if (command.contains("BrokerMain")) {
      own(pid).ifPresent(micros -> cpu.merge(BROKER, micros, Long::sum));
    } else if (command.contains("harness.Main") && command.contains("simulate")) {
      own(pid).ifPresent(micros -> cpu.merge(SIMULATORS, micros, Long::sum));
    } else if (command.contains(REPORTS_ROLE)) {
      own(pid).ifPresent(micros -> cpu.merge(REPORTS, micros, Long::sum));
    }
  }

  /**
   * Proportional set size of the server, what it started, and the database: memory that several
   * share counts once. Empty where /proc does not tell.
   */
  static Map<String, Long> memoryBytes(long server, OptionalLong backend) {
    Map<String, Long> memory = new LinkedHashMap<>();
    addMemory(memory, SERVER, server);
    Set<Long> database = new TreeSet<>();
    backend.stream()
        .mapToObj(Processes::stat)
        .flatMap(Optional::stream)
        .filter(s -> s.name().startsWith("postgres"))
        .forEach(s -> {
          database.add(s.parent());
          ProcessHandle.of(s.parent()).stream()
              .flatMap(ProcessHandle::descendants)
              .forEach(child -> database.add(child.pid()));
        });
    database.forEach(pid -> addMemory(memory, DATABASE, pid));
    ProcessHandle.of(server).stream()
        .flatMap(ProcessHandle::descendants)
        .map(ProcessHandle::pid)
        .filter(pid -> !database.contains(pid))
        .forEach(pid -> addMemory(memory, part(commandLine(pid)), pid));
    return memory;
  }

  private static String part(String command) {
    if (command.contains("BrokerMain")) {
      return BROKER;
    }
    if (command.contains(REPORTS_ROLE)) {
      return REPORTS;
    }
    return command.contains("simulate") ? SIMULATORS : "other";
  }

  private static void addMemory(Map<String, Long> memory, String part, long pid) {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"), StandardCharsets.ISO_8859_1)) {
      lines
          .filter(line -> line.startsWith("Pss:"))
          .findFirst()
          .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1_024)
          .ifPresent(bytes -> memory.merge(part, bytes, Long::sum));
    } catch (IOException | UncheckedIOException e) {
      // It has ended, or it is not ours to look at.
    }
  }

  /** The most memory that the server's process of the reports has had at once. */
  static OptionalLong reportsPeakBytes(OptionalLong server) {
    return server.stream().flatMap(Processes::reports).flatMap(Processes::peakBytes).max();
  }

  /** Whether the server has its process of the reports, which starts a while after it. */
  static boolean runsReports(long server) {
    return reports(server).findAny().isPresent();
  }

  private static LongStream reports(long server) {
    return ProcessHandle.of(server).stream()
        .flatMap(ProcessHandle::descendants)
        .mapToLong(ProcessHandle::pid)
        .filter(pid -> commandLine(pid).contains(REPORTS_ROLE));
  }

  private static LongStream peakBytes(long pid) {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc/" + pid + "/status"), StandardCharsets.ISO_8859_1)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1_024)
          .boxed()
          .toList()
          .stream()
          .mapToLong(Long::longValue);
    } catch (IOException | UncheckedIOException e) {
      return LongStream.empty(); // it has ended
    }
  }

  /** CPU microseconds that one process has used. */
  static Optional<Long> own(long pid) {
    return stat(pid).map(s -> s.ownTicks() * MICROS_PER_TICK);
  }

  /** The postmaster that forked the backend, its children, and those that have ended. */
  private static Optional<Long> database(long backend) {
    Optional<Stat> found = stat(backend);
    if (found.isEmpty() || !found.get().name().startsWith("postgres")) {
      return Optional.empty(); // On another machine, or in another namespace.
    }
    long postmaster = found.get().parent();
    return stat(postmaster)
        .map(main ->
            (main.ownTicks()
                    + main.endedChildrenTicks()
                    + ProcessHandle.of(postmaster).stream()
                        .flatMap(ProcessHandle::children)
                        .mapToLong(c -> stat(c.pid()).map(Stat::ownTicks).orElse(0L))
                        .sum())
                * MICROS_PER_TICK);
  }

  private static Optional<Stat> stat(long pid) {
    try {
      String text =
          Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
      int open = text.indexOf('(');
      int close = text.lastIndexOf(')'); // A name may hold brackets and blanks.
      String[] rest = text.substring(close + 2).split(" ");
      return Optional.of(
          new Stat(
              text.substring(open + 1, close),
              Long.parseLong(rest[1]),
              Long.parseLong(rest[11]) + Long.parseLong(rest[12]),
              Long.parseLong(rest[13]) + Long.parseLong(rest[14])));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1)
          .replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }
}
