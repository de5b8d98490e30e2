package io.tidegate.shop.fulfilment;

import io.tidegate.shop.kernel.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * A member of the staff writes a courier and its template of freight anew, as a whole.
 *
 * @param template what shall be; its version doesn't count
 * @param expects what the editor saw
 */
public record SetFreight(Courier template, Expects expects) {

  /** What an editor saw before. */
  public sealed interface Expects {
    /** No such courier yet. */
    record Nothing() implements Expects {}

    /** This version of it. */
    record Version(long version) implements Expects {}

    /** Some version of it, whichever. */
    record Something() implements Expects {}

    /** Whatever is there, or nothing. */
    record Anything() implements Expects {}
  }

  /** Why a template stays as it is. */
  public enum Refusal {
    /** It was edited since, or is there where it should not, or is not where it should be. */
    STALE,
    /** There are {@link Courier#COURIERS_MAX} couriers. */
    TOO_MANY
  }

  /**
   * Decides by what is there.
   *
   * @param before null where there is no such courier
   * @param count how many couriers there are
   */
  Outcome<Courier, Refusal> decide(@Nullable Courier before, long count) {
    boolean asSeen =
        switch (expects) {
          case Expects.Nothing _ -> before == null;
          case Expects.Version(long version) -> before != null && before.version() == version;
          case Expects.Something _ -> before != null;
          case Expects.Anything _ -> true;
        };
    if (!asSeen) {
      return Outcome.refused(Refusal.STALE);
    }
    if (before == null) {
      return count >= Courier.COURIERS_MAX
          ? Outcome.refused(Refusal.TOO_MANY)
          : Outcome.applied(template.withVersion(1));
    }
    return before.equals(template.withVersion(before.version()))
        ? Outcome.alreadyApplied(before)
        : Outcome.applied(template.withVersion(before.version() + 1));
  }
}
