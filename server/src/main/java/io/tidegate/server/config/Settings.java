package io.tidegate.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Set;

/**
 * Everything the program was told, checked. Printing it shows no secret.
 *
 * @param data the data directory, absolute
 * @param diskFreeBytesMin with less free space there the start is refused
 * @param businessZone cuts days in statements and reports
 * @param roles what this node does
 */
public record Settings(
    Path data,
    long diskFreeBytesMin,
    Http http,
    Database database,
    Messaging messaging,
    Demo demo,
    Orders orders,
    Identity identity,
    Sandbox sandbox,
    Console console,
    ZoneId businessZone,
    LogLevel logLevel,
    Set<Role> roles) {

  /**
   * The API's edge.
   *
   * @param port 0 takes a free one
   * @param limitPerUser requests in 10 s; 0: no limit
   * @param concurrencyMax requests in flight
   */
  public record Http(String host, int port, int limitPerUser, int concurrencyMax) {}

  /**
   * The database.
   *
   * @param url not given: the embedded one
   */
  public record Database(JdbcUrl url, int writeConnectionsMax, int readConnectionsMax) {
    public boolean embedded() {
      return !url.isGiven();
    }
  }

  /**
   * The message broker, and the log of events before it.
   *
   * @param namesrv empty: the embedded one
   * @param eventsKept how long events stay in the log at least; zero: for ever
   */
  public record Messaging(String namesrv, Duration eventsKept) {
    public boolean embedded() {
      return namesrv.isEmpty();
    }
  }

  /**
   * The demo.
   *
   * @param on whether demo goods, sandbox provider and simulators are there
   * @param skus 0: the hand-made goods
   * @param simulatorsUrl simulators of another node; empty: our own child
   */
  public record Demo(boolean on, int skus, String simulatorsUrl) {
    /** Whether this node runs simulators of its own. */
    public boolean ownSimulators() {
      return on && simulatorsUrl.isEmpty();
    }
  }

  /**
   * Times of an order.
   *
   * @param payWindow from placing to the close of what was not paid
   * @param completeAfter from shipping to completion by itself
   * @param lanePerSecondMax orders placed in a second; 0: no limit
   */
  public record Orders(Duration payWindow, Duration completeAfter, int lanePerSecondMax) {}

  /**
   * Whose tokens are taken.
   *
   * @param jwksUrl empty: our own keys sign
   */
  public record Identity(String issuer, String audience, String jwksUrl) {
    /** Whether tokens come from somebody else. */
    public boolean external() {
      return !jwksUrl.isEmpty();
    }
  }

  /**
   * The sandbox provider.
   *
   * @param secret not given: the one that all nodes share in the database, see {@code Running}
   */
  public record Sandbox(Secret secret, String merchant) {}

  /**
   * The console's first member of staff.
   *
   * @param password given where the program runs; {@code serve} makes one where nobody did
   */
  public record Console(Secret password) {
    /** The name to sign in with. */
    public static final String STAFF_NAME = "admin";
  }

  public Settings {
    roles = Set.copyOf(roles);
  }

  /** Whether people sign in to the console here, which needs tokens of our own making. */
  public boolean servesConsole() {
    return roles.contains(Role.CONSOLE) && !identity.external();
  }

  /** The same with a password for the console. */
  public Settings withConsolePassword(Secret password) {
    return new Settings(
        data,
        diskFreeBytesMin,
        http,
        database,
        messaging,
        demo,
        orders,
        identity,
        sandbox,
        new Console(password),
        businessZone,
        logLevel,
        roles);
  }
}
