package io.tidegate.platform.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The folder of one embedded PostgreSQL: {@code data} (PostgreSQL's own), {@code log}, {@code
 * password}, {@code port}, and {@code lock}, which one living program at a time holds. What is in a
 * file survives restarts.
 */
final class PostgresDirectory implements AutoCloseable {
  private static final int PASSWORD_BYTES = 24;
  private static final int PORT_TRIES_MAX = 50;
  // Beneath the range from which systems take ports of outgoing connections, so that the port is
  // still free after a restart.
  private static final int PORT_MIN = 15_000;
  private static final int PORT_MAX = 30_000;

  private final Path root;
  private final FileChannel lock;

  private PostgresDirectory(Path root, FileChannel lock) {
    this.root = root;
    this.lock = lock;
  }

  /**
   * Takes the folder for this program, making it where it is missing. Refuses one that another
   * living program holds; one that was killed holds nothing.
   */
  static PostgresDirectory take(Path folder, long diskFreeBytesMin) {
    try {
      Files.createDirectories(folder);
      Path root = folder.toRealPath();
      FileChannel channel =
          FileChannel.open(
              root.resolve("lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      try {
        lock(root, channel);
        long free = Files.getFileStore(root).getUsableSpace();
        if (free < diskFreeBytesMin) {
          throw new EngineException(
              "Too little disk for PostgreSQL in "
                  + root
                  + ": "
                  + (free >> 20)
                  + " MiB free, "
                  + (diskFreeBytesMin >> 20)
                  + " MiB needed");
        }
        Files.createDirectories(
            root.resolve("log"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new PostgresDirectory(root, channel);
      } catch (EngineException | IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new EngineException(
          "PostgreSQL can't use the folder " + folder + ": " + Trees.reason(e), e);
    }
  }

  private static void lock(Path root, FileChannel channel) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null; // another engine of this very process
    }
    if (lock == null) {
      ByteBuffer holder = ByteBuffer.allocate(32);
      channel.read(holder, 0);
      throw new EngineException(
          "PostgreSQL in "
              + root
              + " is in use by process "
              + StandardCharsets.US_ASCII.decode(holder.flip()).toString().strip()
              + ". Stop that one first, or use another --data folder.");
    }
    channel.truncate(0);
    channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"), 0);
  }

  Path root() {
    return root;
  }

  Path data() {
    return root.resolve("data");
  }

  Path log() {
    return root.resolve("log");
  }

  /** What PostgreSQL writes until its own log is open; written anew by every start. */
  Path startLog() {
    return log().resolve("start.log");
  }

  /** The major version that the data was made by, or nothing where there is none yet. */
  Optional<String> version() {
    return versionOf(root);
  }

  static Optional<String> versionOf(Path root) {
    return text(root.resolve("data").resolve("PG_VERSION"));
  }

  /** The password of the only user, made once. */
  String password() {
    return text(root.resolve("password"))
        .orElseGet(() -> {
          byte[] random = new byte[PASSWORD_BYTES];
          new SecureRandom().nextBytes(random);
          String password = HexFormat.of().formatHex(random);
          keep("password", password);
          return password;
        });
  }

  /** The port of the last start, where it still is free. */
  Optional<Integer> keptPort() {
    return text(root.resolve("port"))
        .filter(text -> text.matches("[0-9]{1,5}"))
        .map(Integer::valueOf);
  }

  /** Chooses a free port on loopback and keeps it for the next starts. */
  int choosePort() {
    RandomGenerator random = RandomGenerator.getDefault();
    for (int tries = 0; tries < PORT_TRIES_MAX; tries++) {
      int port = random.nextInt(PORT_MIN, PORT_MAX);
      if (isFree(port)) {
        keep("port", Integer.toString(port));
        return port;
      }
    }
    throw new EngineException(
        "No free port between " + PORT_MIN + " and " + PORT_MAX + " for PostgreSQL");
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(
          true); // what PostgreSQL does too: connections of yesterday don't hold the port
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Writes a small file so that it is there in whole or not at all, readable by its owner only. */
  void keep(String name, String text) {
    try {
      Path fresh = root.resolve(name + ".new");
      Files.deleteIfExists(fresh);
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (FileChannel file = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        file.write(StandardCharsets.UTF_8.encode(text + "\n"));
        file.force(true);
      }
      Files.move(fresh, root.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new EngineException(
          "PostgreSQL can't use the folder " + root + ": " + Trees.reason(e), e);
    }
  }

  private static Optional<String> text(Path file) {
    try {
      return Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new EngineException(file + " can't be read: " + Trees.reason(e), e);
    }
  }

  /** Gives the folder to the next program. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new EngineException("The lock of " + root + " can't be given up", e);
    }
  }
}
