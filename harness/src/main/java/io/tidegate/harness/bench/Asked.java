package io.tidegate.harness.bench;

import java.util.EnumSet;
import java.util.Set;

/**
 * An option of {@code bench} that not every bench can heed. Those that all take are taken
 * everywhere, and it is told where one means nothing; each other one is refused there, for it must
 * not seem to have been heeded.
 */
public enum Asked {
  RATE("--rate", true),
  CONNECTIONS("--connections", true),
  SECONDS("--seconds", true),
  WARMUP("--warmup", true),
  SKUS("--skus", true),
  LINES("--lines", true),
  USERS("--users", true),
  NO_AUDIT("--no-audit", true),
  SKEW("--skew", false),
  ORDERS("--orders", false),
  PAIRS("--pairs", false),
  NO_BESIDE("--no-beside", false),
  PIECES("--pieces", false),
  NORMAL("--normal", false),
  NODES("--nodes", false),
  KILLS("--kills", false);

  private final String option;
  private final boolean taken;

  Asked(String option, boolean taken) {
    this.option = option;
    this.taken = taken;
  }

  /** As it stands on the command line. */
  String option() {
    return option;
  }

  /** Whether every bench takes it. */
  boolean isTaken() {
    return taken;
  }

  /** What a load on a shop asks for, and these. */
  static Set<Asked> loadsAnd(Asked... more) {
    Set<Asked> all = EnumSet.of(RATE, CONNECTIONS, SECONDS, WARMUP, SKUS, LINES, USERS, NO_AUDIT);
    all.addAll(Set.of(more));
    return all;
  }

  /** The same without these. */
  static Set<Asked> without(Set<Asked> all, Asked... less) {
    Set<Asked> left = EnumSet.copyOf(all);
    left.removeAll(Set.of(less));
    return left;
  }
}
