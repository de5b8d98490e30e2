package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import io.tidegate.harness.load.Traffic;
import java.util.List;

/** A load on the shop, with what became of each kind of request. */
abstract class ShopTraffic implements Traffic {
  private final List<String> kinds;
  private final List<Answers> answers;

  ShopTraffic(List<String> kinds) {
    this.kinds = kinds;
    this.answers = kinds.stream().map(_ -> new Answers()).toList();
  }

  @Override
  public final List<String> kinds() {
    return kinds;
  }

  @Override
  public final int answered(int slot, int kind, ResponseReader answer) {
    answers.get(kind).count(answer);
    return next(slot, kind, answer);
  }

  /** The customer's next request after this answer, or {@link #DONE}. */
  abstract int next(int slot, int kind, ResponseReader answer);

  @Override
  public void lost(int slot, int kind) {
    answers.get(kind).countLost();
  }

  /** What became of one kind. */
  final Answers answers(int kind) {
    return answers.get(kind);
  }

  /** What became of all. */
  final Answers all() {
    Answers all = new Answers();
    answers.forEach(all::add);
    return all;
  }

  /** Counts another load of the same kinds with this one. */
  final void add(ShopTraffic more) {
    for (int kind = 0; kind < answers.size(); kind++) {
      answers.get(kind).add(more.answers(kind));
    }
  }

  /** Orders that were placed, for the first time. */
  abstract long created();

  /** Orders that may have been placed without an answer. */
  abstract long perhapsCreated();
}
