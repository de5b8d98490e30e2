package io.tidegate.server;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Parts that are closed at the end, the last one first. One that fails doesn't keep the others. */
final class Kept implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Kept.class);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  <P extends AutoCloseable> P keep(P part) {
    parts.push(part);
    return part;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        log.warn("{} did not close cleanly", part.getClass().getSimpleName(), e);
      }
    }
  }
}
