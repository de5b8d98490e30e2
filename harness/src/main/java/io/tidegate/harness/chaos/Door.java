package io.tidegate.harness.chaos;

/** Where a customer's requests go in. */
@FunctionalInterface
interface Door {
  /** Sends a step of the journey; the same step again is the same request, key included. */
  Answer send(Journey.Step step, Journey journey) throws InterruptedException;
}
