package io.tidegate.server.doctor;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What this machine is.
 *
 * @param jdk its feature number, such as 25
 * @param handles files that this process may have open; empty where it can't be told
 */
record MachineFacts(int jdk, String jdkVersion, int cores, long memoryBytes, OptionalLong handles) {

  /**
   * The data directory.
   *
   * @param place it, or the nearest one above it that is there
   * @param writable whether {@code place} is a folder in which our user may make something
   */
  record Folder(Path data, Path place, boolean writable) {
    static Folder look(Path data) {
      Path place = data;
      while (Files.notExists(place) && place.getParent() != null) {
        place = place.getParent();
      }
      return new Folder(data, place, Files.isDirectory(place) && Files.isWritable(place));
    }

    long freeBytes() throws IOException {
      return Files.getFileStore(place).getUsableSpace();
    }
  }

  static MachineFacts look() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new MachineFacts(
        Runtime.version().feature(),
        System.getProperty("java.vendor.version", "") + " " + Runtime.version(),
        Runtime.getRuntime().availableProcessors(),
        system.getTotalMemorySize(),
        system instanceof UnixOperatingSystemMXBean unix
            ? OptionalLong.of(unix.getMaxFileDescriptorCount())
            : OptionalLong.empty());
  }
}
