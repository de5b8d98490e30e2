package io.tidegate.shop.fulfilment;

import static io.tidegate.shop.fulfilment.FulfilmentFixture.number;
import static io.tidegate.shop.fulfilment.FulfilmentFixture.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.http.Outbound;
import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.platform.http.SharedSecret;
import io.tidegate.platform.http.SignedCalls;
import io.tidegate.platform.http.SignedGate;
import io.tidegate.platform.testing.OpenApiContract;
import io.tidegate.platform.testing.SignedServer;
import io.tidegate.platform.testing.SignedServer.Act;
import io.tidegate.platform.testing.SignedServer.Asked;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.Consignee;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.testing.ShopServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A warehouse of others beside a shop: it does what it is told, until a test has it say otherwise.
 */
final class WarehouseStand implements AutoCloseable {

  static final String TICKET = "this-house";
  static final String ON_ITS_WAY =
      "\"carrier\":\"post\",\"waybill\":\"W1\",\"events\":[{\"at\":\"2026-11-11T08:00:00Z\",\"status\":\"accepted\",\"text\":\"taken\"}]";
  private static final String REPORTS = "/v1/parts/warehouse/reports";

  final FulfilmentFixture shop = new FulfilmentFixture(FulfilmentFixture.settings());
  final Outbound outbound = new Outbound(new SimpleMeterRegistry());

  /** Parcels that it knows. */
  final Set<String> shipping = ConcurrentHashMap.newKeySet();

  final SignedServer server = new SignedServer(this::obliging);

  /** How far it is with each of them. */
  volatile String state = "accepted";

  private final ConsigneeStore consignees = new ConsigneeStore(shop.database);
  private final ShopServer api = api(TICKET);
  private final List<FulfilmentWorker> workers = new ArrayList<>();
  private final Set<String> said = ConcurrentHashMap.newKeySet();

  WarehouseStand() {
    ConsigneeStore.prepare(shop.database, Instant.now());
    shop.goods("A", "sha", 1_000);
  }

  Act obliging(Asked asked) {
    String parcel = asked.id().substring(0, asked.id().indexOf('-'));
    if (asked.id().endsWith("-ship")) {
      shipping.add(parcel);
      return say(asked, "{\"state\":\"accepted\"}");
    }
    if (asked.id().endsWith("-stop")) {
      return say(asked, "{\"state\":\"stopped\"}");
    }
    String known = shipping.contains(parcel) ? state : "unknown";
    String more = known.equals("delivered") ? "," + ON_ITS_WAY : "";
    return say(asked, "{\"state\":\"" + known + "\"" + more + "}");
  }

  Act say(Asked asked, String json) {
    said.add(json);
    return SignedServer.say(asked, json);
  }

  long ships() {
    return server.asked().stream().filter(asked -> asked.id().endsWith("-ship")).count();
  }

  void work() {
    OutboundSettings settings =
        OutboundSettings.of("warehouse", server.address())
            .withTryMax(Duration.ofSeconds(30))
            .withTries(1)
            .withCalls(4, Duration.ofMillis(50))
            .withCircuit(20, 20, Duration.ofMillis(100));
    SignedCalls calls =
        new SignedCalls(
            outbound.to(settings),
            server.address(),
            SharedSecret.of(SignedServer.SECRET),
            InstantSource.system());
    FulfilmentWorker worker =
        new FulfilmentWorker(
            shop.database,
            shop.store,
            FulfilmentFixture.settings(),
            Outside.signed(calls, consignees, TICKET),
            new SimpleMeterRegistry());
    workers.add(worker);
    worker.start();
  }

  long planned() {
    long number = number();
    Address address = new Address("王小明", "13800138001", FulfilmentFixture.HANGZHOU, "文三路 1 号");
    shop.database.write(
        "place",
        tx -> {
          consignees.write(tx, List.of(new Consignee(number, address)));
          return true;
        });
    shop.plan(order(number, new ShipItem(1, "A", 1)));
    workers.forEach(FulfilmentWorker::signal);
    return number;
  }

  static String body(long number, String state, String more) {
    return body(number, state, TICKET, more);
  }

  static String body(long number, String state, String ticket, String more) {
    return "{\"type\":\"parcel.report\",\"parcel\":\"%dS1\",\"ticket\":\"%s\",\"state\":\"%s\"%s}"
        .formatted(number, ticket, state, more);
  }

  HttpResponse<String> report(long number, String state, String more) {
    String body = body(number, state, more);
    return send(body, SignedServer.signed(SignedServer.SECRET, "r-1", Instant.now(), body));
  }

  HttpResponse<String> report(ShopServer to, long number, String state, String more) {
    String body = body(number, state, more);
    return send(to, body, SignedServer.signed(SignedServer.SECRET, "r-1", Instant.now(), body));
  }

  ShopServer api(String ticket) {
    return new ShopServer(
        new WarehouseReportRoutes(
            shop.database,
            shop.store,
            new SignedGate(SharedSecret.of(SignedServer.SECRET), InstantSource.system()),
            ticket));
  }

  HttpResponse<String> send(String body, Map<String, String> headers) {
    return send(api, body, headers);
  }

  HttpResponse<String> send(ShopServer to, String body, Map<String, String> headers) {
    List<String> all = new ArrayList<>();
    headers.forEach((name, value) -> all.addAll(List.of(name, value)));
    return to.send(1, "POST", REPORTS, body, all.toArray(String[]::new));
  }

  /** All that was said on either side is as the form describes it. */
  @Override
  public void close() throws IOException {
    OpenApiContract form =
        new OpenApiContract(
            Files.readAllBytes(
                Path.of(System.getProperty("tidegate.root"), "docs/openapi/warehouse.json")));
    assertThat(server.asked())
        .allSatisfy(
            asked -> assertThat(form.requestViolations("POST", "/", asked.body())).isEmpty());
    assertThat(said)
        .allSatisfy(json -> assertThat(form.answerViolations("POST", "/", json)).isEmpty());
    workers.forEach(FulfilmentWorker::close);
    outbound.close();
    server.close();
    api.close();
    shop.close();
  }
}
