package io.tidegate.harness.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The machine that a bench ran on, as far as it tells. */
final class Machine {
  private Machine() {}

  static ObjectNode json() {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("cores", Runtime.getRuntime().availableProcessors());
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean os) {
      json.put("memoryBytes", os.getTotalMemorySize());
    }
    line(Path.of("/proc/cpuinfo"), "model name")
        .ifPresent(line -> json.put("cpuModel", line.substring(line.indexOf(':') + 1).trim()));
    line(Path.of("/proc/loadavg"), "")
        .ifPresent(line -> json.put("loadBefore", Double.parseDouble(line.split(" ")[0])));
    return json;
  }

  private static Optional<String> line(Path file, String start) {
    try (var lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      return lines.filter(l -> l.startsWith(start)).findFirst();
    } catch (IOException e) {
      return Optional.empty(); // Not Linux.
    }
  }

  /** The kind of file system that a folder lies on. */
  static Optional<String> filesystem(String folder) {
    try {
      return Optional.of(Files.getFileStore(Path.of(folder)).type());
    } catch (IOException e) {
      return Optional.empty(); // The database is on another machine, or its folder is closed to us.
    }
  }
}
