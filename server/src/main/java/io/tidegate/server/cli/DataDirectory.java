package io.tidegate.server.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one running system: engines, logs, secrets, and what tells others where it listens.
 * One living {@code serve} at a time has it; one that was killed holds nothing.
 */
final class DataDirectory implements AutoCloseable {
  private static final int PID_BYTES_MAX = 32;
  private static final String LOCK = "lock";

  private final Path root;
  private final FileChannel lock;
  private final boolean fresh;

  /**
   * @param fresh whether this process has made the lock's file
   */
  private DataDirectory(Path root, FileChannel lock, boolean fresh) {
    this.root = root;
    this.lock = lock;
    this.fresh = fresh;
  }

  /**
   * Takes the folder for this process, making it where it is missing.
   *
   * @param diskFreeBytesMin with less free space there it is refused
   * @throws Failure naming the process that has it, or what it lacks
   */
  static DataDirectory take(Path folder, long diskFreeBytesMin) {
    try {
      if (Files.exists(folder) && !Files.isDirectory(folder)) {
        throw new Failure("the data directory " + folder + " is a file");
      }
      mustHaveRoom(folder, diskFreeBytesMin);
      Path root = PrivateFile.folder(folder).toRealPath();
      while (true) {
        boolean fresh = Files.notExists(root.resolve(LOCK));
        FileChannel channel = open(root);
        Object file = key(root);
        if (!locked(channel)) {
          String holder = holder(channel);
          channel.close();
          throw new Failure(
              "the data directory "
                  + root
                  + " is in use by process "
                  + holder
                  + "; stop that one first, or use another --data");
        }
        if (file != null && file.equals(key(root))) {
          channel.truncate(0);
          channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"), 0);
          return new DataDirectory(root, channel, fresh);
        }
        channel.close(); // it was given up, and removed, between our opening and our locking it
      }
    } catch (IOException e) {
      throw new Failure(
          "the data directory " + folder + " can't be used: " + PrivateFile.reason(e), e);
    }
  }

  /** Before anything is made there. */
  private static void mustHaveRoom(Path folder, long diskFreeBytesMin) throws IOException {
    Path above = folder.toAbsolutePath();
    while (!Files.exists(above)) {
      above = Objects.requireNonNull(above.getParent(), "the root is there");
    }
    long free = Files.getFileStore(above).getUsableSpace();
    if (free < diskFreeBytesMin) {
      throw new Failure(
          "too little disk in "
              + folder
              + ": "
              + (free >> 20)
              + " MiB free, and disk.free-min wants "
              + (diskFreeBytesMin >> 20)
              + " MiB");
    }
  }

  private static FileChannel open(Path root) throws IOException {
    return FileChannel.open(
        root.resolve(LOCK),
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        PrivateFile.FILE_MODE);
  }

  /**
   * Which file has the lock's name now. It is asked for, and not opened: who closes a file a second
   * time gives up every lock that this process has on it.
   */
  private static @Nullable Object key(Path root) throws IOException {
    try {
      return Files.readAttributes(root.resolve(LOCK), BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // another one in this very process
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(PID_BYTES_MAX);
    channel.read(text, 0);
    return StandardCharsets.US_ASCII.decode(text.flip()).toString().strip();
  }

  Path root() {
    return root;
  }

  Path log() {
    return root.resolve("log");
  }

  Path postgres() {
    return postgres(root);
  }

  /** The embedded PostgreSQL's folder in any data directory, taken or not. */
  static Path postgres(Path data) {
    return data.resolve("postgres");
  }

  Path broker() {
    return root.resolve("rocketmq");
  }

  Path simulators() {
    return root.resolve("simulators");
  }

  /** The data directory of the reports' own process. */
  Path reports() {
    return root.resolve("reports");
  }

  /** Where what was made once is kept: mode 700. */
  Path secrets() {
    return root.resolve("secret");
  }

  Path endpoints() {
    return Endpoints.file(root);
  }

  /** Gives the folder up as it was found, before anything was done in it. */
  void leave() {
    try {
      if (fresh) {
        Files.deleteIfExists(root.resolve(LOCK)); // while it is locked
      }
    } catch (IOException e) {
      throw new Failure("the lock of " + root + " can't be removed", e);
    } finally {
      close();
    }
  }

  /** Gives the folder to the next process. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new Failure("the lock of " + root + " can't be given up", e);
    }
  }
}
