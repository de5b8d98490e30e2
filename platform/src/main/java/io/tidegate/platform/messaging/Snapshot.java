package io.tidegate.platform.messaging;

import java.util.Arrays;

/**
 * Which transactions a moment saw, as PostgreSQL writes it: {@code xmin:xmax:running,...}.
 *
 * @param text PostgreSQL's own form
 * @param end the first transaction id that had not been given yet; ids are below 2^63
 * @param running transactions below {@code end} that had not committed
 */
record Snapshot(String text, long end, String[] running) {

  /** Sees no transaction at all. */
  static final Snapshot NOTHING = parse("1:1:");

  static Snapshot parse(String text) {
    String[] parts = text.split(":", -1);
    String[] running = parts[2].isEmpty() ? new String[0] : parts[2].split(",");
    return new Snapshot(text, Long.parseLong(parts[1]), running);
  }

  /** The oldest transaction that was running, or the end. */
  long oldest() {
    return Long.parseLong(text.substring(0, text.indexOf(':')));
  }

  /** Whether this transaction had committed. */
  boolean sees(long xid) {
    if (xid >= end) {
      return false;
    }
    String text = Long.toString(xid);
    for (String still : running) {
      if (still.equals(text)) {
        return false;
      }
    }
    return true;
  }

  String endText() {
    return Long.toString(end);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Snapshot that && that.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text + Arrays.toString(running);
  }
}
