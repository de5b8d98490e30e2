package io.tidegate.server.feed;

import io.tidegate.platform.messaging.FeedPlace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who pulled the feed from this node lately, and how far each has come. */
public final class FeedReaders {

  private static final int KEPT_MAX = 100;

  /**
   * A program that pulls.
   *
   * @param place where it goes on
   * @param at when it asked last
   * @param events what it was given since the program started
   * @param atEnd whether it had everything then
   */
  public record Reader(String subject, FeedPlace place, Instant at, long events, boolean atEnd) {}

  private final Map<String, Reader> readers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Reader> eldest) {
          return size() > KEPT_MAX;
        }
      };

  synchronized void seen(String subject, FeedPlace next, Instant at, int events, boolean atEnd) {
    Reader before = readers.get(subject);
    long all = events + (before == null ? 0 : before.events());
    readers.put(subject, new Reader(subject, next, at, all, atEnd));
  }

  /** All of them, who asked last first. */
  public synchronized List<Reader> all() {
    List<Reader> all = new ArrayList<>(readers.values());
    all.sort(Comparator.comparing(Reader::at).reversed());
    return all;
  }
}
