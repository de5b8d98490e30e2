package io.tidegate.server.doctor;

import io.tidegate.platform.engine.EmbeddedPostgres;
import io.tidegate.platform.engine.EngineException;
import io.tidegate.server.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;

/** JDK, cores, memory, file handles, disk, folder and port of this machine. */
final class MachineChecks {
  private static final int JDK = 25;
  private static final int CORES_FEW = 2;
  private static final long GIB = 1L << 30;

  /** Program, broker and a small database together. */
  private static final long MEMORY_MIN = 2 * GIB;

  private static final long MEMORY_FEW = 4 * GIB;

  /** One each for a connection, and what the engines' clients hold. */
  private static final long HANDLES_FEW = 20_000;

  private static final long DISK_FEW = 10 * GIB;

  private MachineChecks() {}

  static void run(Target target, Check.Area area) {
    judge(MachineFacts.look(), area);
    if (target.settings().database().embedded()) {
      engineUser(area);
    }
    MachineFacts.Folder folder = MachineFacts.Folder.look(target.settings().data());
    judge(folder, area);
    try {
      room(folder.freeBytes(), target.settings().diskFreeBytesMin(), area);
    } catch (IOException e) {
      area.wrong("free disk", "can't be told: " + e.getMessage(), "look at " + folder.place());
    }
    port(target, area);
  }

  /** Judges what was found; looks at nothing. */
  static void judge(MachineFacts facts, Check.Area area) {
    area.demand(facts.jdk() == JDK, "jdk", facts.jdkVersion(), "use a JDK " + JDK);
    area.advise(
        facts.cores() >= CORES_FEW,
        "cores",
        facts.cores() + "",
        "with one core everything waits for everything");
    memory(facts.memoryBytes(), area);
    facts
        .handles()
        .ifPresent(handles ->
            area.advise(
                handles >= HANDLES_FEW,
                "file handles",
                handles + "",
                "each connection takes one: raise ulimit -n to " + HANDLES_FEW + " or more"));
  }

  static void judge(MachineFacts.Folder folder, Check.Area area) {
    area.demand(
        folder.writable(),
        "data directory",
        folder.data() + (folder.place().equals(folder.data()) ? "" : " (not made yet)"),
        folder.place() + " is not a folder that this user may write to; name another --data");
  }

  static void room(long freeBytes, long wantedBytes, Check.Area area) {
    if (freeBytes < wantedBytes) {
      area.wrong("free disk", mib(freeBytes), "disk.free-min wants " + mib(wantedBytes));
    } else {
      area.advise(
          freeBytes >= DISK_FEW,
          "free disk",
          mib(freeBytes),
          "below " + mib(DISK_FEW) + " it fills soon");
    }
  }

  private static void memory(long bytes, Check.Area area) {
    String found = mib(bytes);
    if (bytes < MEMORY_MIN) {
      area.wrong("memory", found, "program, broker and database want " + mib(MEMORY_MIN));
    } else {
      area.advise(
          bytes >= MEMORY_FEW, "memory", found, "more than " + mib(MEMORY_FEW) + " serves better");
    }
  }

  /** PostgreSQL refuses root: somebody else must be able to run it. */
  private static void engineUser(Check.Area area) {
    try {
      area.ok("user", "PostgreSQL would run as " + EmbeddedPostgres.runsAs());
    } catch (EngineException e) {
      area.wrong(
          "user",
          "neither user namespaces nor setpriv work here, and PostgreSQL refuses root",
          "run as an ordinary user, or use a database of your own (db.url)");
    }
  }

  private static void port(Target target, Check.Area area) {
    Settings.Http http = target.settings().http();
    String address = http.host() + ":" + (http.port() == 0 ? "any port" : http.port());
    if (target.isRunning() && URI.create(target.running()).getPort() == http.port()) {
      area.ok("port", address + " is taken by the system that runs here");
      return;
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByName(http.host()), http.port()));
      area.ok("port", address + " is free");
    } catch (IOException e) {
      area.wrong("port", address + ": " + e.getMessage(), "use another http.port or http.host");
    }
  }

  private static String mib(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
