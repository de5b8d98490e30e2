package io.tidegate.platform.http;

import java.util.Map;

/** Tells what works just now. */
@FunctionalInterface
public interface ReadyCheck {
  /**
   * What works just now.
   *
   * @param parts each part by name, and whether it is up
   * @param ready whether the main work can be done; parts may be down all the same
   */
  record Readiness(Map<String, Boolean> parts, boolean ready) {}

  /** What works just now; answers at once. */
  Readiness check();
}
