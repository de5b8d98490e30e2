package io.tidegate.shop.reporting;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Positions of the log, as ranges that rise and don't touch.
 *
 * @param ranges see {@link Range}
 */
public record Positions(List<Range> ranges) {

  /** None. */
  public static final Positions NONE = new Positions(List.of());

  /**
   * From the first position to the one before {@code end}.
   *
   * @param end the first position behind it
   */
  public record Range(long first, long end) {}

  public Positions {
    ranges = List.copyOf(ranges);
  }

  /** Of positions in any order. */
  public static Positions of(long[] positions) {
    long[] sorted = positions.clone();
    Arrays.sort(sorted);
    List<Range> ranges = new ArrayList<>();
    for (long position : sorted) {
      join(ranges, new Range(position, position + 1));
    }
    return new Positions(ranges);
  }

  /** What any of these has. */
  public static Positions union(Collection<Positions> parts) {
    List<Range> ranges = new ArrayList<>();
    parts.stream()
        .flatMap(part -> part.ranges().stream())
        .sorted(Comparator.comparingLong(Range::first))
        .forEach(range -> join(ranges, range));
    return new Positions(ranges);
  }

  /** Adds a range that begins no earlier than the last one. */
  private static void join(List<Range> ranges, Range next) {
    if (!ranges.isEmpty() && ranges.getLast().end() >= next.first()) {
      Range last = ranges.removeLast();
      ranges.add(new Range(last.first(), Math.max(last.end(), next.end())));
    } else {
      ranges.add(next);
    }
  }

  /** Whether a position is one of them. */
  boolean has(long position) {
    int low = 0;
    int high = ranges.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Range range = ranges.get(middle);
      if (position < range.first()) {
        high = middle - 1;
      } else if (position >= range.end()) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  /** Few ranges that have all of these, and others in gaps of at most so many. */
  List<Range> spans(long gapMax) {
    List<Range> spans = new ArrayList<>();
    for (Range range : ranges) {
      if (!spans.isEmpty() && range.first() - spans.getLast().end() <= gapMax) {
        spans.add(new Range(spans.removeLast().first(), range.end()));
      } else {
        spans.add(range);
      }
    }
    return spans;
  }

  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** As PostgreSQL writes an {@code int8multirange}. */
  String text() {
    StringBuilder text = new StringBuilder("{");
    for (Range range : ranges) {
      text.append(text.length() > 1 ? "," : "")
          .append('[')
          .append(range.first())
          .append(',')
          .append(range.end())
          .append(')');
    }
    return text.append('}').toString();
  }

  /** Reads what PostgreSQL writes. */
  static Positions parse(String text) {
    List<Range> ranges = new ArrayList<>();
    for (String part : text.substring(1, text.length() - 1).split("\\),?")) {
      if (!part.isEmpty()) {
        int comma = part.indexOf(',');
        ranges.add(
            new Range(
                Long.parseLong(part.substring(1, comma)),
                Long.parseLong(part.substring(comma + 1))));
      }
    }
    return new Positions(ranges);
  }
}
