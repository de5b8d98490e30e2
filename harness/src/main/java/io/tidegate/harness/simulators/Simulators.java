package io.tidegate.harness.simulators;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All simulated systems behind one loopback port, running from {@link #start} until {@link #close}.
 */
public final class Simulators implements AutoCloseable {
  /** Connections beyond this wait until others end. */
  private static final int CONNECTIONS_MAX = 4_096;

  private final WebServer server;
  private final List<Till> tills = new ArrayList<>();
  private final Callbacks callbacks;
  private final Carrier carrier;
  private final Warehouse warehouse;

  /**
   * What the simulators are told at their start.
   *
   * @param port 0 takes a free one
   * @param data where the books are kept; absent: in memory
   * @param secret of the sandbox provider's signatures
   * @param seed of all dice
   * @param zone cuts the days of the statement
   * @param carrier how it behaves without a fault
   * @param packedAfter from a shipment's acceptance until it is packed
   * @param repeats when an unacknowledged callback is sent again
   * @param paymentsMax that a book holds
   * @param keys of the other providers; who has none is not simulated
   * @param callbacks where a shop hears providers that are not told so with each payment
   */
  record Options(
      int port,
      @Nullable Path data,
      String secret,
      long seed,
      ZoneId zone,
      Carrier.Pace carrier,
      Duration packedAfter,
      List<Duration> repeats,
      int paymentsMax,
      Map<String, RsaKeys> keys,
      String callbacks) {}

  private Simulators(Options options) throws IOException {
    InstantSource clock = InstantSource.system();
    Path data = options.data();
    Faults payment = new Faults(Faults.ALL, options.seed());
    Faults carrierFaults = new Faults(Faults.CALLS, options.seed() + 1);
    Faults sms = new Faults(Faults.CALLS, options.seed() + 2);
    Faults warehouseFaults = new Faults(Faults.CALLS, options.seed() + 3);
    this.carrier =
        new Carrier(
            carrierFaults, options.carrier(), options.seed() + 4, clock, file(data, "carrier"));
    this.warehouse =
        new Warehouse(warehouseFaults, options.packedAfter(), clock, file(data, "warehouse"));
    this.callbacks = new Callbacks(options.repeats());
    HttpRouting.Builder routing = HttpRouting.builder();
    Map<String, Faults> faults = new HashMap<>();
    faults.put("payment", payment);
    faults.put("carrier", carrierFaults);
    faults.put("sms", sms);
    faults.put("warehouse", warehouseFaults);
    Till sandbox =
        till(options, "sandbox", "book", new SandboxNotices(options.secret()), payment, clock);
    new SandboxRoutes(sandbox, new SandboxSignature(options.secret()), clock, this::url)
        .addTo(routing);
    RsaKeys alipayKeys = options.keys().get(AlipayRoutes.NAME);
    if (alipayKeys != null) {
      Faults own = new Faults(Faults.ALL, options.seed() + 5);
      faults.put(AlipayRoutes.NAME, own);
      AlipayNotices notices = new AlipayNotices(alipayKeys, clock);
      Till till = till(options, AlipayRoutes.NAME, AlipayRoutes.NAME, notices, own, clock);
      new AlipayRoutes(till, notices, alipayKeys, clock, this::url).addTo(routing);
    }
    RsaKeys wechatKeys = options.keys().get(WechatRoutes.NAME);
    if (wechatKeys != null) {
      Faults own = new Faults(Faults.ALL, options.seed() + 6);
      faults.put(WechatRoutes.NAME, own);
      WechatNotices notices = new WechatNotices(wechatKeys, clock);
      Till till = till(options, WechatRoutes.NAME, WechatRoutes.NAME, notices, own, clock);
      new WechatRoutes(till, notices, wechatKeys, clock, this::url).addTo(routing);
    }
    RsaKeys stripeKeys = options.keys().get(StripeRoutes.NAME);
    if (stripeKeys != null) {
      Faults own = new Faults(Faults.ALL, options.seed() + 7);
      faults.put(StripeRoutes.NAME, own);
      StripeEvents events = new StripeEvents(stripeKeys.secret(), clock);
      Till till = till(options, StripeRoutes.NAME, StripeRoutes.NAME, events, own, clock);
      new StripeRoutes(till, stripeKeys.secret(), options.callbacks() + "/stripe", clock, this::url)
          .addTo(routing);
    }
    new CashierRoutes(tills, clock).addTo(routing);
    new ProvokedRoutes(tills, clock).addTo(routing);
    new BookRoutes(tills, callbacks, options.zone(), clock).addTo(routing);
    carrier.addTo(routing);
    warehouse.addTo(routing);
    new MessageGateway(sms).addTo(routing);
    new FaultRoutes(Map.copyOf(faults)).addTo(routing);
    routing.any(Edge.plain(_ -> notFound()));
    this.server = server(options.port(), routing);
  }

  private Till till(
      Options options,
      String name,
      String file,
      Notices notices,
      Faults faults,
      InstantSource clock)
      throws IOException {
    Path journal = file(options.data(), file);
    SandboxBook book =
        journal == null
            ? SandboxBook.inMemory(options.paymentsMax())
            : SandboxBook.in(journal, options.paymentsMax());
    Till till =
        new Till(
            name, book, new Captures(book, callbacks, notices, faults, clock), notices, faults);
    tills.add(till);
    return till;
  }

  private static Answer notFound() {
    throw Problem.notFound("address");
  }

  private static @Nullable Path file(@Nullable Path data, String name) {
    return data == null ? null : data.resolve(name + ".jsonl");
  }

  private static WebServer server(int port, HttpRouting.Builder routing) {
    return WebServer.builder()
        .host("127.0.0.1")
        .port(port)
        .shutdownHook(false)
        .featuresDiscoverServices(false)
        .maxPayloadSize(Edge.BODY_BYTES_MAX)
        .maxTcpConnections(CONNECTIONS_MAX)
        .shutdownGracePeriod(Duration.ofMillis(200))
        .connectionOptions(options -> options.tcpNoDelay(true))
        .routing(routing)
        .build();
  }

  /**
   * Reads the books and takes requests.
   *
   * @throws IOException when a book cannot be read
   * @throws RuntimeException when the port cannot be had
   */
  static Simulators start(Options options) throws IOException {
    Simulators simulators = new Simulators(options);
    try {
      simulators.server.start();
    } catch (RuntimeException e) {
      simulators.close();
      throw e;
    }
    return simulators;
  }

  String url() {
    return "http://127.0.0.1:" + server.port();
  }

  @Override
  public void close() throws IOException {
    server.stop();
    callbacks.close();
    for (Till till : tills) {
      till.book().close();
    }
    carrier.close();
    warehouse.close();
  }
}
