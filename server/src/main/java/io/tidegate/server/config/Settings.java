package io.tidegate.server.config;

import io.tidegate.shop.aftersales.RefundPolicy;
import io.tidegate.shop.points.PointsSpending;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything the program was told, checked. Printing it shows no secret.
 *
 * @param data the data directory, absolute
 * @param diskFreeBytesMin with less free space there the start is refused
 * @param points what customers' points pay
 * @param refunds what is decided about refunds
 * @param returnWindow how long after they came goods are taken back
 * @param businessZone cuts days in statements and reports
 * @param roles what this node does
 * @param parts what others' systems do instead of ours
 * @param given what somebody gave, by the environment variable that says the same
 */
public record Settings(
    Path data,
    long diskFreeBytesMin,
    Http http,
    Database database,
    Messaging messaging,
    Demo demo,
    Orders orders,
    Flash flash,
    Fulfilment fulfilment,
    PointsSpending points,
    Money money,
    RefundPolicy refunds,
    Duration returnWindow,
    Identity identity,
    Sandbox sandbox,
    RealProviders providers,
    Console console,
    ZoneId businessZone,
    LogLevel logLevel,
    Set<Role> roles,
    Lake lake,
    Reports reports,
    Otel otel,
    Webhooks webhooks,
    Parts parts,
    Map<String, Secret> given) {

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
   * @param topicPrefix what topics and groups begin with
   * @param eventsKept how long events stay in the log at least; zero: for ever
   */
  public record Messaging(String namesrv, String topicPrefix, Duration eventsKept) {
    /** Topics as the broker knows them. */
    public List<String> topics(List<String> names) {
      return names.stream().map(name -> topicPrefix + name).toList();
    }

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
   * @param keptMonths that stay in the database; 0: none leaves by itself
   * @param detachedKept how long tables of a month that has left stay
   */
  public record Orders(
      Duration payWindow,
      Duration completeAfter,
      int lanePerSecondMax,
      int keptMonths,
      Duration detachedKept) {}

  /**
   * Flash sales, which have a way in of their own.
   *
   * @param warmBefore how long before its start a sale's goods are set aside
   * @param queueMax orders that may wait
   * @param perSecondMax orders written in a second; 0: no limit
   * @param margin how many more than can still be sold a gate lets through
   * @param answerWithin how long an order waits before it gets a ticket
   * @param concurrencyMax orders in flight
   * @param connections database sessions of their own
   * @param limitPerUser requests of a user in 10 s; 0: no limit
   * @param limitPerAddress requests of an address in 10 s; 0: no limit
   * @param tokenLead how long before a start purchase tokens are issued
   */
  public record Flash(
      Duration warmBefore,
      int queueMax,
      int perSecondMax,
      int margin,
      Duration answerWithin,
      int concurrencyMax,
      int connections,
      int limitPerUser,
      int limitPerAddress,
      Duration tokenLead) {}

  /**
   * How often parcels are looked at; zero: as fits a demo, or real warehouses and carriers.
   *
   * @param warehousePoll between two looks at a warehouse
   * @param carrierPoll between two looks at a carrier's tracking
   */
  public record Fulfilment(Duration warehousePoll, Duration carrierPoll) {}

  /**
   * How money at providers is looked after.
   *
   * @param checkRefundsAfter when a refund that succeeded is asked about again
   * @param reconciliationHour of the business day from which on yesterday is reconciled
   */
  public record Money(List<Duration> checkRefundsAfter, int reconciliationHour) {}

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
   * The payment providers with real money.
   *
   * @param callbackUrl where they reach this API; empty where there is none of them
   */
  public record RealProviders(String callbackUrl, Alipay alipay, Wechat wechat, Stripe stripe) {}

  /**
   * Stripe.
   *
   * @param secretKey not given: no Stripe
   */
  public record Stripe(Secret secretKey, Secret webhookSecret, String returnUrl, String api) {
    public boolean isGiven() {
      return secretKey.isGiven();
    }
  }

  /**
   * WeChat Pay.
   *
   * @param merchantId empty: no WeChat Pay
   * @param privateKey in Base64, as {@code RsaKeyText} gives it
   * @param platformKeys WeChat Pay's, likewise, by their serials
   */
  public record Wechat(
      String merchantId,
      String appId,
      String merchantSerial,
      Secret privateKey,
      Map<String, String> platformKeys,
      Secret apiV3Key,
      String api) {
    public Wechat {
      platformKeys = Map.copyOf(platformKeys);
    }

    public boolean isGiven() {
      return !merchantId.isEmpty();
    }
  }

  /**
   * Alipay.
   *
   * @param appId empty: no Alipay
   * @param privateKey in Base64, as {@code RsaKeyText} gives it
   * @param publicKey Alipay's, likewise
   */
  public record Alipay(
      String appId,
      String sellerId,
      Secret privateKey,
      String publicKey,
      String gateway,
      String returnUrl) {
    public boolean isGiven() {
      return !appId.isEmpty();
    }
  }

  /**
   * The console's first member of staff.
   *
   * @param password given where the program runs; {@code serve} makes one where nobody did
   */
  public record Console(Secret password) {
    /** The name to sign in with. */
    public static final String STAFF_NAME = "admin";
  }

  /**
   * The lake.
   *
   * @param folder absolute
   * @param store where its files are copied to; without endpoint: nowhere
   */
  public record Lake(Path folder, Store store) {}

  /** An S3-compatible store. */
  public record Store(
      String endpoint, String region, String bucket, Secret accessKey, Secret secretKey) {
    public boolean isGiven() {
      return !endpoint.isEmpty();
    }
  }

  /**
   * The process of the reports.
   *
   * @param url another node's; empty: a child of our own
   * @param memoryBytes of DuckDB
   * @param threads of DuckDB
   */
  public record Reports(String url, long memoryBytes, int threads) {
    /** Database sessions of that process for what it writes. */
    public static final int WRITE_CONNECTIONS = 4;

    /** The same for its queries. */
    public static final int READ_CONNECTIONS = 4;
  }

  /**
   * Who is told where time goes.
   *
   * @param endpoint of a collector; empty: nobody
   * @param sampleRatio share of the traces that begin here which are told
   * @param timeout how long the collector may take for a batch
   */
  public record Otel(String endpoint, double sampleRatio, Duration timeout) {}

  /**
   * Webhooks.
   *
   * @param allowPrivate whether they may go to addresses that are not public, and without TLS
   */
  public record Webhooks(boolean allowPrivate) {}

  /**
   * The systems of others that stand in for parts of ours.
   *
   * @param stockFeed signs what a stock system feeds; not given: nobody may
   * @param catalogFeed the same of a catalogue
   */
  public record Parts(
      Part warehouse, Part notification, Part grants, Secret stockFeed, Secret catalogFeed) {}

  /**
   * One that we call.
   *
   * @param url empty: our own part does it
   * @param secret signs what both say
   */
  public record Part(String url, Secret secret) {
    public boolean isGiven() {
      return !url.isEmpty();
    }
  }

  public Settings {
    roles = Set.copyOf(roles);
    given = Map.copyOf(given);
  }

  /** Whether this node is the process of the reports, and nothing else. */
  public boolean reportsAlone() {
    return roles.equals(Set.of(Role.REPORTS));
  }

  /** Whether this node runs the process of the reports as a child. */
  public boolean ownReports() {
    return roles.contains(Role.REPORTS) && !reportsAlone() && reports.url().isEmpty();
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
        flash,
        fulfilment,
        points,
        money,
        refunds,
        returnWindow,
        identity,
        sandbox,
        providers,
        new Console(password),
        businessZone,
        logLevel,
        roles,
        lake,
        reports,
        otel,
        webhooks,
        parts,
        given);
  }
}
