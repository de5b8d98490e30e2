package io.tidegate.harness.chaos;

import java.util.concurrent.Callable;

/** A round's two requests, and who judges them. */
record Given(long atMillis, Callable<Answer> first, Callable<Answer> second, Judge judge)
    implements Duel.Bout {
  /** Says who won, by what is there now. */
  @FunctionalInterface
  interface Judge {
    Duel.Winner judge(Answer first, Answer second, Duel.Findings findings)
        throws ChaosFailure, InterruptedException;
  }

  Given(Callable<Answer> first, Callable<Answer> second, Judge judge) {
    this(0, first, second, judge);
  }

  /** A round that could not be made ready, and does not count. */
  static Given missed() {
    Answer none = new Answer.Unknown("nothing was sent");
    return new Given(() -> none, () -> none, (_, _, _) -> Duel.Winner.NEITHER);
  }

  @Override
  public Duel.Winner judge(Answer one, Answer other, Duel.Findings findings)
      throws ChaosFailure, InterruptedException {
    return judge.judge(one, other, findings);
  }
}
