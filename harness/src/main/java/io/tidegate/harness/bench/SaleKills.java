package io.tidegate.harness.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** Flash sales whose program or database is killed while they run. */
@FunctionalInterface
public interface SaleKills {
  /**
   * One sale.
   *
   * @param inFlight requests under way when it was struck
   * @param soldBefore pieces that were granted by then
   * @param backSeconds from the kill until both nodes take requests
   * @param allPaidSeconds from the start until every piece was paid for
   */
  record Killed(
      String victim,
      int inFlight,
      long soldBefore,
      long allocation,
      long orders,
      double backSeconds,
      double allPaidSeconds) {}

  /**
   * Sections of the document, by the names that all benches have.
   *
   * @param durability of the system, read while it still ran
   */
  record Told(Durability durability, ObjectNode settings, ObjectNode result, ObjectNode verified) {}

  /**
   * What came of all.
   *
   * @param told what programs read of every bench
   * @param unknown orders whose outcome their customers did not know
   * @param unknownResolved of these, those that were settled by their keys
   * @param counts of findings, by kind
   * @param findings all that is lost, doubled or broken
   */
  record Outcome(
      Optional<String> version,
      Told told,
      List<Killed> sales,
      long orders,
      int unknown,
      int unknownResolved,
      Map<String, Long> counts,
      List<String> findings) {}

  /** Keys that it sets itself, or can't do with. */
  default List<String> sets() {
    return List.of();
  }

  /**
   * As many as the plan wants, on a system of their own.
   *
   * @param settings that its nodes are started with, beside what the sales need
   * @param say is told how far it is
   */
  Outcome run(Plan plan, List<String> settings, Consumer<String> say)
      throws BenchFailure, IOException, InterruptedException;
}
