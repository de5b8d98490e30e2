package io.tidegate.harness.simulators;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
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
  private final SandboxBook book;
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
   * @param paymentsMax that the book holds
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
      int paymentsMax) {}

  private Simulators(Options options) throws IOException {
    InstantSource clock = InstantSource.system();
    Path data = options.data();
    Faults payment = new Faults(Faults.ALL, options.seed());
    Faults carrierFaults = new Faults(Faults.CALLS, options.seed() + 1);
    Faults sms = new Faults(Faults.CALLS, options.seed() + 2);
    Faults warehouseFaults = new Faults(Faults.CALLS, options.seed() + 3);
    this.book =
        data == null
            ? SandboxBook.inMemory(options.paymentsMax())
            : SandboxBook.in(data.resolve("book.jsonl"), options.paymentsMax());
    this.carrier =
        new Carrier(
            carrierFaults, options.carrier(), options.seed() + 4, clock, file(data, "carrier"));
    this.warehouse =
        new Warehouse(warehouseFaults, options.packedAfter(), clock, file(data, "warehouse"));
    this.callbacks = new Callbacks(options.secret(), options.repeats());
    Captures captures = new Captures(book, callbacks, payment, clock);
    HttpRouting.Builder routing = HttpRouting.builder();
    new SandboxRoutes(
            book, payment, new SandboxSignature(options.secret()), captures, clock, this::url)
        .addTo(routing);
    new CashierRoutes(book, captures, payment, clock).addTo(routing);
    new BookRoutes(book, callbacks, options.zone(), clock).addTo(routing);
    carrier.addTo(routing);
    warehouse.addTo(routing);
    new MessageGateway(sms).addTo(routing);
    new FaultRoutes(
            Map.of(
                "payment",
                payment,
                "carrier",
                carrierFaults,
                "sms",
                sms,
                "warehouse",
                warehouseFaults))
        .addTo(routing);
    routing.any(Edge.plain(_ -> notFound()));
    this.server = server(options.port(), routing);
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
    book.close();
    carrier.close();
    warehouse.close();
  }
}
