package io.tidegate.platform.http;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** A bound on how many are inside at once: one more is turned away, none waits. */
public final class Bulkhead {
  private final int insideMax;
  private final AtomicInteger inside = new AtomicInteger();
  private final LongAdder turnedAway = new LongAdder();

  public Bulkhead(int insideMax) {
    if (insideMax < 1) {
      throw new IllegalArgumentException("a bulkhead lets at least one in");
    }
    this.insideMax = insideMax;
  }

  /** Takes a place, which must be left; false when there is none. */
  public boolean enter() {
    // Looked at first: in a flood the counter is not written by those who stay outside.
    if (!isFull()) {
      if (inside.incrementAndGet() <= insideMax) {
        return true;
      }
      inside.decrementAndGet();
    }
    turnedAway.increment();
    return false;
  }

  /** Whether one more would be turned away now. */
  boolean isFull() {
    return inside.get() >= insideMax;
  }

  /** Turns one away where it is full; false where it may try to enter. */
  boolean turnsAway() {
    if (isFull()) {
      turnedAway.increment();
      return true;
    }
    return false;
  }

  /** Gives a place back. */
  public void leave() {
    inside.decrementAndGet();
  }

  /** How many are inside. */
  public int inside() {
    return Math.min(inside.get(), insideMax);
  }

  /** How many may be inside. */
  public int insideMax() {
    return insideMax;
  }

  /** How many were turned away since the start. */
  public long turnedAway() {
    return turnedAway.sum();
  }
}
