package io.tidegate.platform.engine;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs for this machine, unpacked once per version into a cache that data
 * directories share.
 */
record PostgresBinaries(Path home) {
  private static final int XZ_MEMORY_KIB_MAX = 256 * 1024;
  private static final int BUFFER_BYTES = 1 << 16;

  Path postgres() {
    return home.resolve("bin/postgres");
  }

  Path initdb() {
    return home.resolve("bin/initdb");
  }

  /**
   * Unpacks where nobody has yet; of many processes that do so at once, one wins and all use its
   * result.
   */
  static PostgresBinaries in(Path cache, Consumer<String> progress) {
    String archive = archive(System.getProperty("os.name"), System.getProperty("os.arch"));
    Path home =
        cache.resolve(
            "postgres-" + version() + archive.substring("postgres".length(), archive.indexOf('.')));
    PostgresBinaries binaries = new PostgresBinaries(home);
    if (Files.isExecutable(binaries.postgres())) {
      return binaries;
    }
    try (InputStream packed =
        PostgresBinaries.class.getClassLoader().getResourceAsStream(archive)) {
      if (packed == null) {
        throw new EngineException(
            "No PostgreSQL for this machine is on the class path ("
                + archive
                + " is missing). Use a server of your own with db.url.");
      }
      progress.accept("Unpacking PostgreSQL " + version() + " into " + home);
      Files.createDirectories(cache);
      Path fresh = Files.createTempDirectory(cache, "unpacking-");
      try {
        unpack(packed, fresh);
        Files.setPosixFilePermissions(fresh, permissions(0755));
        publish(fresh, home);
      } finally {
        Trees.delete(fresh);
      }
    } catch (IOException e) {
      throw new EngineException(
          "PostgreSQL could not be unpacked into " + cache + ": " + Trees.reason(e), e);
    }
    return binaries;
  }

  /**
   * The cache of this user: the environment variable TIDEGATE_CACHE, XDG_CACHE_HOME, or ~/.cache.
   */
  static Path userCache() {
    String own = System.getenv("TIDEGATE_CACHE");
    if (own != null && !own.isBlank()) {
      return Path.of(own).toAbsolutePath();
    }
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path base =
        xdg != null && xdg.startsWith("/")
            ? Path.of(xdg)
            : Path.of(System.getProperty("user.home"), ".cache");
    return base.resolve("tidegate").toAbsolutePath();
  }

  /** The full version, for example 18.6.0; the build writes it beside this class. */
  static String version() {
    Properties properties = new Properties();
    try (InputStream in = PostgresBinaries.class.getResourceAsStream("postgres.properties")) {
      if (in == null) {
        throw new EngineException("postgres.properties is missing in the build");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new EngineException("postgres.properties can't be read", e);
    }
    return properties.getProperty("version", "");
  }

  /** The part of the version that a data directory is bound to, for example 18. */
  static String majorVersion() {
    String version = version();
    return version.substring(0, version.indexOf('.'));
  }

  static String archive(String os, String architecture) {
    String system = os.toLowerCase(Locale.ROOT);
    String family = system.contains("linux") ? "linux" : system.contains("mac") ? "darwin" : "";
    String processor =
        switch (architecture) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm_64";
          default -> "";
        };
    if (family.isEmpty() || processor.isEmpty()) {
      throw new EngineException(
          "Tidegate has no PostgreSQL for "
              + os
              + " on "
              + architecture
              + ". Use a server of your own with db.url.");
    }
    return "postgres-" + family + "-" + processor + ".txz";
  }

  private static void publish(Path fresh, Path home) throws IOException {
    if (Files.exists(home) && !Files.isExecutable(home.resolve("bin/postgres"))) {
      Trees.delete(home);
    }
    try {
      Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw e;
    } catch (IOException e) {
      if (!Files.isExecutable(home.resolve("bin/postgres"))) {
        throw e;
      }
      // Another process was faster; its copy is as good as ours.
    }
  }

  private static void unpack(InputStream packed, Path target) throws IOException {
    try (XZInputStream xz =
            new XZInputStream(new BufferedInputStream(packed, BUFFER_BYTES), XZ_MEMORY_KIB_MAX);
        TarArchiveInputStream tar = new TarArchiveInputStream(xz)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("The archive names a file outside of it: " + entry.getName());
        }
        if (!onlyForCompilers(entry.getName())) {
          unpack(tar, entry, path);
        }
      }
    }
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      return;
    }
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      OutputStream out = Channels.newOutputStream(file);
      tar.transferTo(out);
      if (!entry.getName().startsWith("share/")) {
        file.force(false); // else a power cut could leave an empty program under its final name
      }
    }
    Files.setPosixFilePermissions(path, permissions(entry.getMode()));
  }

  private static boolean onlyForCompilers(String name) {
    return name.endsWith(".a") || name.contains("/pgxs/") || name.contains("/pkgconfig/");
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    EnumSet<PosixFilePermission> permissions =
        EnumSet.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.OTHERS_READ);
    if ((mode & 0100) != 0) {
      permissions.add(PosixFilePermission.OWNER_EXECUTE);
      permissions.add(PosixFilePermission.GROUP_EXECUTE);
      permissions.add(PosixFilePermission.OTHERS_EXECUTE);
    }
    return permissions;
  }
}
