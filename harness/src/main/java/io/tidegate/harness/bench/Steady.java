package io.tidegate.harness.bench;

import tools.jackson.databind.node.ObjectNode;

/**
 * Warm-ups until two in a row were no faster than what there was before. What is measured first is
 * held against what comes later, of a server that has been compiled meanwhile: the first would be
 * the slower one whatever is compared.
 */
final class Steady {
  /** More than a JVM needs on two cores; who differs for longer is not warming up. */
  static final int WARMUPS_MAX = 6;

  /** Less than two loads of a warm server differ by. */
  private static final double FASTER_MAX = 0.05;

  /** One alone may have been slowed down by what the database does after it was filled. */
  private static final int ALIKE_MIN = 2;

  private int done;
  private double best;
  private int alike;

  /**
   * What was warmed up of a bench that has few orders first, and then many.
   *
   * @param few with few orders
   * @param many with many
   */
  record Both(Steady few, Steady many) {
    /** Warm-ups in all. */
    int done() {
      return few.done + many.done;
    }

    /** Tells how many there were. */
    void tell(ObjectNode section) {
      section.put("warmupsFew", few.done).put("warmupsMany", many.done);
    }

    /** Why the two can't be compared; empty where they can. */
    String hidden() {
      return Promised.first(few.hidden("few"), many.hidden("many"));
    }
  }

  /**
   * Whether to warm up once more.
   *
   * @param perSecond what the last warm-up did
   */
  boolean wantsMore(double perSecond) {
    done++;
    // Held against the best that was clearly one: who gets faster little by little does so.
    if (Double.isFinite(perSecond) && perSecond > best * (1 + FASTER_MAX)) {
      best = perSecond;
      alike = 0;
    } else {
      alike++;
    }
    return done < WARMUPS_MAX && alike < ALIKE_MIN;
  }

  /** Warm-ups so far. */
  int done() {
    return done;
  }

  /** Whether it is: it may still have got faster when no more was tried. */
  boolean steady() {
    return alike >= ALIKE_MIN && best > 0;
  }

  private String hidden(String orders) {
    return steady()
        ? ""
        : "beside %s orders it was not steady after %d warm-ups".formatted(orders, done);
  }
}
