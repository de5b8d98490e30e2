package io.tidegate.server.cli;

import java.util.List;

/**
 * What the commands run; the entry hands it in.
 *
 * @param starter starts all parts
 * @param topics names of the message broker's topics, without the prefix
 * @param audits checks all invariants
 * @param laneProbes measures placing in two halves
 * @param fills fills a demo system with made-up orders
 * @param lakeFills the same for its lake alone
 * @param exchanges takes goods out of files and puts them into files
 * @param orderImports takes the orders of another shop
 * @param lakes looks at the lake
 * @param retires takes months of orders out of the database
 */
public record Parts(
    Starter starter,
    List<String> topics,
    Audits audits,
    LaneProbes laneProbes,
    Fills fills,
    LakeFills lakeFills,
    Exchanges exchanges,
    OrderImports orderImports,
    Lakes lakes,
    Retires retires) {
  public Parts {
    topics = List.copyOf(topics);
  }
}
