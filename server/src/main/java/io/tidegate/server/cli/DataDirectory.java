package io.tidegate.server.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * The folder of one running system: engines, logs, secrets, and what tells others where it listens.
 * One living {@code serve} at a time has it; one that was killed holds nothing.
 */
final class DataDirectory implements AutoCloseable {
  private static final int PID_BYTES_MAX = 32;

  private final Path root;
  private final FileChannel lock;

  private DataDirectory(Path root, FileChannel lock) {
    this.root = root;
    this.lock = lock;
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
      Path root = PrivateFile.folder(folder).toRealPath();
      FileChannel channel =
          FileChannel.open(
              root.resolve("lock"),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
              PrivateFile.FILE_MODE);
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
      long free = Files.getFileStore(root).getUsableSpace();
      if (free < diskFreeBytesMin) {
        channel.close();
        throw new Failure(
            "too little disk in "
                + root
                + ": "
                + (free >> 20)
                + " MiB free, and disk.free-min wants "
                + (diskFreeBytesMin >> 20)
                + " MiB");
      }
      channel.truncate(0);
      channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"), 0);
      return new DataDirectory(root, channel);
    } catch (IOException e) {
      throw new Failure(
          "the data directory " + folder + " can't be used: " + PrivateFile.reason(e), e);
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

  /** Where what was made once is kept: mode 700. */
  Path secrets() {
    return root.resolve("secret");
  }

  Path endpoints() {
    return Endpoints.file(root);
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
