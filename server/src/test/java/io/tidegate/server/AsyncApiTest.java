package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.shop.ordering.OrderPaidJson;
import io.tidegate.shop.webhooks.Delivery;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The AsyncAPI document against the events that the program writes, each by a flow of its own. */
class AsyncApiTest {

  private static final Pattern TYPE = Pattern.compile("[a-z_]+(?:\\.[a-z_]+)+\\.v[1-9][0-9]*");
  private static final AsyncApiContract CONTRACT = AsyncApiContract.served();

  /**
   * Places that events of one schema share and that one of them can't have, as patterns, and why.
   */
  private static final Map<String, String> NEVER_THERE =
      Map.of(
          ".* headers/ce_replay",
          "on messages of a replay, which ReplayTest looks at",
          "return\\.(requested|approved|rejected|in_transit|received)\\.v1 payload/accepted.*",
          "nobody has inspected it",
          "return\\.(requested|approved|rejected|in_transit)\\.v1 payload/warehouse",
          "no warehouse has it",
          "return\\.(requested|approved|rejected|in_transit|received|inspected)\\.v1"
              + " payload/refund",
          "its refund begins with the last step",
          "shipment\\.(planned|picked|packed|cancelled)\\.v1 payload/(carrier|waybill)",
          "no carrier has it",
          "sale\\.planned\\.v1 payload/items\\[\\]/pool",
          "its goods are set aside later",
          "sale\\.(drawn|ended)\\.v1 (payload/actor|headers/traceparent)",
          "it happens by itself");

  @TempDir private static Path data;
  private static EveryEvent shop;
  private static HttpClient client;

  @BeforeAll
  static void open() throws IOException {
    shop = new EveryEvent(data);
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void close() {
    client.close();
    shop.close();
  }

  @Test
  void everyEventIsAsDescribedAndEveryOneDescribedIsWritten() throws Exception {
    shop.anOrderIsShippedInTwoParcelsAndConfirmed();
    shop.refunds().aSecondCaptureIsGivenBack();
    shop.refunds().aRefundIsRefused();
    shop.refunds().aRefundIsGivenUp();
    shop.refunds().aRefundIsReplaced();
    shop.refunds().aRefundIsTakenBack();
    shop.anOddAmountIsParked();
    shop.whatIsParkedIsDismissed();
    shop.refunds().goodsComeBack();
    shop.refunds().customersAreRefunded();
    shop.aCustomerCancels();
    shop.anOrderIsNotPaidInTime();
    assertThat(adjust("{\"delta\":-2,\"reason\":\"lost\"}").statusCode()).isEqualTo(201);
    shop.aParcelIsCalledOff();
    shop.sales().salesComeAndGo();
    try (FullOrders full = new FullOrders(shop)) {
      full.withCourierAndPoints();
      full.ofASale();
    }

    List<LoggedEvent> log = shop.log();
    assertThat(log.stream().flatMap(event -> CONTRACT.violations(event).stream())).isEmpty();
    Set<String> written = new TreeSet<>();
    log.forEach(event -> written.add(event.type()));
    assertThat(written).containsExactlyInAnyOrderElementsOf(CONTRACT.types());
    Set<String> unseen = unseen(log);
    for (String place : NEVER_THERE.keySet()) {
      assertThat(unseen.removeIf(Pattern.compile(place).asMatchPredicate())).as(place).isTrue();
    }
    assertThat(unseen).as("what is described, and no event has").isEmpty();
  }

  /** A field that may be absent could else go from every event with nobody told. */
  private static Set<String> unseen(List<LoggedEvent> log) {
    Set<String> unseen = new TreeSet<>();
    for (String type : CONTRACT.types()) {
      CONTRACT.places(type).forEach(place -> unseen.add(type + " " + place));
    }
    for (LoggedEvent event : log) {
      AsyncApiContract.places(event).forEach(place -> unseen.remove(event.type() + " " + place));
    }
    return unseen;
  }

  /** A type that is written out somewhere in the business, and that no flow above has met. */
  @Test
  void everyTypeThatTheBusinessNamesIsDescribed() throws Exception {
    Set<String> named = new TreeSet<>();
    for (String text : classes()) {
      TYPE.matcher(text).results().forEach(match -> named.add(match.group()));
    }
    assertThat(named).contains(OrderPaidJson.TYPE);
    named.remove(Delivery.TEST_TYPE); // a webhook's test is no event
    assertThat(CONTRACT.types()).containsAll(named);
  }

  @Test
  void theDocumentIsServedAndHoldsTogether() throws Exception {
    HttpResponse<String> served =
        send(HttpRequest.newBuilder(shop.base().resolve("/asyncapi.json")));
    assertThat(served.statusCode()).isEqualTo(200);
    assertThat(served.headers().firstValue("Content-Type").orElse("")).contains("json");
    JsonNode document = JsonMapper.shared().readTree(served.body());
    assertThat(document).isEqualTo(CONTRACT.document());
    assertThat(document.path("asyncapi").asString()).isEqualTo("3.0.0");
    assertThat(Wiring.TOPICS.stream().map("tidegate-"::concat)).containsAll(CONTRACT.addresses());
    List<String> dead = new ArrayList<>();
    List<String> closed = new ArrayList<>();
    look(document, "", dead, closed);
    assertThat(dead).as("references that lead nowhere").isEmpty();
    assertThat(closed).as("contracts only grow: no schema shuts out a new field").isEmpty();
  }

  private static void look(JsonNode node, String at, List<String> dead, List<String> closed) {
    JsonNode reference = node.path("$ref");
    if (reference.isString() && CONTRACT.resolve(node).isMissingNode()) {
      dead.add(at + ": " + reference.asString());
    }
    if (node.has("additionalProperties") || node.has("unevaluatedProperties")) {
      closed.add(at);
    }
    node.properties()
        .forEach(field -> look(field.getValue(), at + "/" + field.getKey(), dead, closed));
    if (node.isArray()) {
      node.forEach(each -> look(each, at + "[]", dead, closed));
    }
  }

  /** The classes of the business as texts; a name in them is there in plain bytes. */
  private static List<String> classes() throws Exception {
    URI home = OrderPaidJson.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    Path path = Path.of(home);
    if (Files.isDirectory(path)) {
      return texts(path);
    }
    try (FileSystem jar = FileSystems.newFileSystem(path)) {
      return texts(jar.getPath("/"));
    }
  }

  private static List<String> texts(Path folder) throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        texts.add(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return texts;
  }

  private static HttpResponse<String> adjust(String body) throws Exception {
    return send(
        HttpRequest.newBuilder(
                shop.base().resolve("/v1/admin/skus/" + shop.sku() + "/stock-adjustments"))
            .header("Authorization", "Bearer " + shop.staffToken())
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "\"adjust\"")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }
}
