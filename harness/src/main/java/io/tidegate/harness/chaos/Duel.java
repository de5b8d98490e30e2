package io.tidegate.harness.chaos;

import java.util.concurrent.Callable;

/** Two requests that compete for one thing, again and again. */
interface Duel {
  /** Who was first. */
  enum Winner {
    FIRST,
    SECOND,
    /** They did not meet: the round does not count. */
    NEITHER
  }

  /** The two sides by name, such as {@code pay} and {@code close}. */
  String first();

  String second();

  default String name() {
    return first() + "/" + second();
  }

  /** Of so many rounds that are asked for, those that are done. */
  default int rounds(int asked) {
    return asked;
  }

  /** Rounds side by side. */
  int lanes();

  /** Where the offset between the two starts may lie. */
  Aim.Range range();

  /** Makes ready what all rounds need. */
  default void begin() throws ChaosFailure, InterruptedException {}

  /** Puts back what the beginning changed; one that failed half-way, as far as it came. */
  default void end() throws ChaosFailure, InterruptedException {}

  /**
   * One round, ready to be started.
   *
   * @param lane which of the rounds side by side it is
   * @param offsetMicros for a duel that has other means than the starts
   */
  Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException;

  /** One round. */
  interface Bout {
    /** The first side's request. */
    Callable<Answer> first();

    /** The second side's. */
    Callable<Answer> second();

    /** When the first side starts at the earliest, in epoch milliseconds; 0: at once. */
    default long atMillis() {
      return 0;
    }

    /** Who won, by what is there now; tells findings where the outcome is one that may not be. */
    Winner judge(Answer first, Answer second, Findings findings)
        throws ChaosFailure, InterruptedException;
  }

  /** Where findings are told. */
  @FunctionalInterface
  interface Findings {
    void add(Finding finding);
  }
}
