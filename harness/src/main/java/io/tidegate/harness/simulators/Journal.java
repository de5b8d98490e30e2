package io.tidegate.harness.simulators;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * The append-only file of facts, one JSON object a line, that survives a kill of the process;
 * without a file, nothing. Each line is handed to the operating system before its fact is answered,
 * but not forced to disk: a simulator may lose its last moments with the power, and a real
 * provider's book is not ours to test.
 */
final class Journal implements AutoCloseable {
  private final @Nullable FileChannel file;

  private Journal(@Nullable FileChannel file) {
    this.file = file;
  }

  static Journal inMemory() {
    return new Journal(null);
  }

  /**
   * Opens the file, gives every whole line of it to {@code replay} in order, and cuts off a last
   * line that a kill left half written.
   */
  static Journal open(Path path, Consumer<ObjectNode> replay) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    long whole = Files.exists(path) ? replay(path, replay) : 0;
    FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    file.truncate(whole);
    file.position(whole);
    return new Journal(file);
  }

  private static long replay(Path path, Consumer<ObjectNode> replay) throws IOException {
    long size = Files.size(path);
    long bytes = 0;
    // Not the strict reader of Files: a kill can cut the last line within a character.
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(path), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        long end = bytes + line.getBytes(StandardCharsets.UTF_8).length + 1;
        if (end > size) {
          return bytes; // The last line has no line feed: it was never acknowledged.
        }
        if (!(read(path, bytes, line) instanceof ObjectNode fact)) {
          throw new IOException(path + " is damaged at byte " + bytes);
        }
        replay.accept(fact);
        bytes = end;
      }
    }
    return bytes;
  }

  private static Object read(Path path, long at, String line) throws IOException {
    try {
      return Json.MAPPER.readTree(line);
    } catch (JacksonException e) {
      throw new IOException(path + " is damaged at byte " + at, e);
    }
  }

  /** Appends one fact; the caller's lock orders facts. */
  synchronized void append(ObjectNode fact) {
    if (file == null) {
      return;
    }
    byte[] json = Json.bytes(fact);
    ByteBuffer line = ByteBuffer.allocate(json.length + 1).put(json).put((byte) '\n').flip();
    try {
      while (line.hasRemaining()) {
        file.write(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the journal cannot be written", e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
