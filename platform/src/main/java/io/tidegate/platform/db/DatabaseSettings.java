package io.tidegate.platform.db;

import java.time.Duration;

/**
 * How the program reaches its database, and the limits of waiting for it.
 *
 * @param url a JDBC address with user and password
 * @param writeConnectionsMax sessions for lanes, consumers and other writers
 * @param readConnectionsMax sessions for queries
 * @param connectionWaitMax how long a caller waits for a session before it is told "transient"
 * @param attemptsMax how often one transaction is tried when failures are transient
 * @param backoffFirst the wait before the second try; it doubles, with jitter
 * @param unknownCommitMax how long an unknown commit is asked for
 * @param lockWaitMax PostgreSQL's lock_timeout of a writing session
 * @param statementMax PostgreSQL's statement_timeout of a writing session
 */
public record DatabaseSettings(
    String url,
    int writeConnectionsMax,
    int readConnectionsMax,
    Duration connectionWaitMax,
    int attemptsMax,
    Duration backoffFirst,
    Duration unknownCommitMax,
    Duration lockWaitMax,
    Duration statementMax) {

  public static DatabaseSettings of(String url) {
    return new DatabaseSettings(
        url,
        20,
        16,
        Duration.ofSeconds(5),
        8,
        Duration.ofMillis(20),
        Duration.ofSeconds(60),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30));
  }

  public DatabaseSettings withConnections(int writeMax, int readMax) {
    return new DatabaseSettings(
        url,
        writeMax,
        readMax,
        connectionWaitMax,
        attemptsMax,
        backoffFirst,
        unknownCommitMax,
        lockWaitMax,
        statementMax);
  }
}
