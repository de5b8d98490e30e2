package io.tidegate.server.cli;

import java.util.List;

/**
 * What the commands run; the entry hands it in.
 *
 * @param starter starts all parts
 * @param topics names of the message broker's topics
 * @param audits checks all invariants
 * @param laneProbes measures placing in two halves
 * @param fills fills a demo system with made-up orders
 */
public record Parts(
    Starter starter, List<String> topics, Audits audits, LaneProbes laneProbes, Fills fills) {
  public Parts {
    topics = List.copyOf(topics);
  }
}
