package io.tidegate.server.doctor;

import io.tidegate.server.config.Settings;
import java.util.List;

/**
 * What is examined.
 *
 * @param jdbcUrl the database that is or would be used; empty: an embedded one that doesn't run
 * @param namesrv the broker's name servers; empty: an embedded broker that doesn't run
 * @param running the address of the API that runs on this data directory now; empty: none does
 * @param topics what the broker must have
 */
public record Target(
    Settings settings, String jdbcUrl, String namesrv, String running, List<String> topics) {

  public Target {
    topics = List.copyOf(topics);
  }

  boolean isRunning() {
    return !running.isEmpty();
  }

  @Override
  public String toString() {
    return "Target[" + settings.data() + "]"; // the database's address has its password
  }
}
