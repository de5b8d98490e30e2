package io.tidegate.server.audit;

import io.tidegate.server.audit.AuditReport.When;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A name of INVARIANTS.md, in its order.
 *
 * @param test the class that shows it where rows can't; empty while there is none
 */
record Promise(String name, When when, String test) {

  /** These hold only after faults have stopped and the queues have drained. */
  private static final List<String> AT_REST =
      List.of("S4", "M2", "M11", "P2", "P3", "P4", "E2", "E4", "E7", "L1", "L2");

  /**
   * What rows can't show, and the test class that shows it. A test of this package fails when a
   * class named here is not in the source tree.
   */
  static final Map<String, String> TESTS =
      Map.of("E4", "io.tidegate.platform.messaging.ConsumerTest");

  static List<Promise> all() {
    List<Promise> all = new ArrayList<>();
    add(all, "S", 6);
    add(all, "O", 8);
    add(all, "M", 12);
    add(all, "P", 6);
    add(all, "E", 8);
    add(all, "C", 7);
    add(all, "L", 6);
    return List.copyOf(all);
  }

  private static void add(List<Promise> all, String letter, int count) {
    for (int i = 1; i <= count; i++) {
      String name = letter + i;
      all.add(
          new Promise(
              name,
              AT_REST.contains(name) ? When.AT_REST : When.ALWAYS,
              TESTS.getOrDefault(name, "")));
    }
  }
}
