package io.tidegate.server.cli;

import java.util.function.BooleanSupplier;

/**
 * What the parts stand on, ours or somebody else's.
 *
 * @param jdbcUrl the database, with user and password; it takes connections
 * @param namesrv RocketMQ's name servers; they may not be up yet
 * @param brokerUp whether messages can be sent now, as far as is known; answers at once
 * @param node this node's name: unique, and the same after a restart
 * @param simulatorsUrl base of the simulators; they may not be up yet; empty where there are none
 * @param reports the process of the reports, as far as it is ours
 */
public record Engines(
    String jdbcUrl,
    String namesrv,
    BooleanSupplier brokerUp,
    String node,
    String simulatorsUrl,
    ReportsProcess reports) {
  @Override
  public String toString() {
    return "Engines[" + node + "]"; // the database's address has its password
  }
}
