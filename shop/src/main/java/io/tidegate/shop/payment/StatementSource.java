package io.tidegate.shop.payment;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.function.Consumer;

/** A provider that can be asked for its statement of a business day. */
public interface StatementSource {

  /** A day's statement of a million lines comes well within it. */
  Duration FETCH_MAX = Duration.ofMinutes(2);

  /** The provider's name in the API. */
  String provider();

  /**
   * Reads a day's statement, within a bounded time.
   *
   * @param each gets each line; what it got counts only when this returns
   * @throws Unavailable where the statement did not come whole
   */
  void fetch(LocalDate day, ZoneId zone, Consumer<StatementLine> each);

  /** There is no whole statement now. */
  final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String why) {
      super(why, null, false, false);
    }
  }
}
