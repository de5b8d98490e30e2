package io.tidegate.shop.points;

import java.time.Instant;

/**
 * One change of a balance.
 *
 * @param id rises with time
 * @param amount points; negative when they were taken back
 */
public record PointEntry(long id, long orderNumber, Kind kind, long amount, Instant at) {

  /** Why the balance changed. */
  public enum Kind {
    EARNED("earned"),
    RECLAIMED("reclaimed");

    private final String code;

    Kind(String code) {
      this.code = code;
    }

    /** As it is stored and told outside. */
    public String code() {
      return code;
    }

    static Kind of(String code) {
      for (Kind kind : values()) {
        if (kind.code.equals(code)) {
          return kind;
        }
      }
      throw new IllegalArgumentException("no kind of points: " + code);
    }
  }
}
