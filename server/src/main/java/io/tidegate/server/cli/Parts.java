package io.tidegate.server.cli;

import java.util.List;

/**
 * What the commands run; the entry hands it in.
 *
 * @param starter starts all parts
 * @param topics names of the message broker's topics
 * @param audits checks all invariants
 */
public record Parts(Starter starter, List<String> topics, Audits audits) {
  public Parts {
    topics = List.copyOf(topics);
  }
}
