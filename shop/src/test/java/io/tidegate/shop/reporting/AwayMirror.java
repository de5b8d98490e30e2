package io.tidegate.shop.reporting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A second place in memory that doesn't answer until it is told to. */
final class AwayMirror implements LakeMirror {

  final Map<String, byte[]> objects = new ConcurrentHashMap<>();
  volatile boolean away = true;

  private void answer() throws IOException {
    if (away) {
      throw new IOException("nobody answers");
    }
  }

  @Override
  public void put(Path file, String path) throws IOException {
    answer();
    objects.put(path, Files.readAllBytes(file));
  }

  @Override
  public boolean get(String path, long bytes, Path into) throws IOException {
    answer();
    byte[] found = objects.get(path);
    if (found == null) {
      return false;
    }
    Files.write(into, found);
    return true;
  }

  @Override
  public void remove(String path) throws IOException {
    answer();
    objects.remove(path);
  }

  @Override
  public String place() {
    return "away";
  }

  @Override
  public void close() {
    // nothing is open
  }
}
