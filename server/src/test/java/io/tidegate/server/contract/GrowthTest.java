package io.tidegate.server.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Planted breaks, and growth, in the documents that are served. */
class GrowthTest {

  private static final ObjectNode EVENTS = served("/asyncapi.json");
  private static final ObjectNode API = served("/openapi.json");
  private static final String PAID = "/components/schemas/OrderPaid/allOf/3";
  private static final String ORDER = "/components/schemas/Order";
  private static final String PLACE = "/components/schemas/PlaceOrder";

  /**
   * A change of a document.
   *
   * @param name what it is
   * @param told what is told of it
   */
  record Planted(String name, Consumer<ObjectNode> change, String told) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Planted> eventBreaks() {
    return List.of(
        new Planted(
            "a field is gone",
            document -> remove(document, PAID + "/properties", "paidAt"),
            "order.paid.v1 data/paidAt: is gone"),
        new Planted(
            "a field of a list's members is gone",
            document -> remove(document, "/components/schemas/OrderLine/properties", "unitPrice"),
            "order.paid.v1 data/items[]/unitPrice: is gone"),
        new Planted(
            "an attribute is gone",
            document -> remove(document, "/components/schemas/Envelope/properties", "ce_time"),
            "order.paid.v1 headers/ce_time: is gone"),
        new Planted(
            "another type",
            document -> put(document, "/components/schemas/MinorUnits", "type", "string"),
            "order.paid.v1 data/total: type was [\"integer\"], is [\"string\"]"),
        new Planted(
            "a number may have a fraction",
            document -> put(document, "/components/schemas/MinorUnits", "type", "number"),
            "order.paid.v1 data/total: type was [\"integer\"], is [\"number\"]"),
        new Planted(
            "it may be null",
            document ->
                array(document, "/components/schemas/Currency", "type").add("string").add("null"),
            "order.paid.v1 data/currency: type was [\"string\"], is [\"null\",\"string\"]"),
        new Planted(
            "a value of a closed list is gone",
            document ->
                array(document, "/components/schemas/Discount/properties/kind", "enum")
                    .add("promotion")
                    .add("coupon")
                    .add("points"),
            "order.paid.v1 data/discounts[]/kind: has no longer the values [red_packet]"),
        new Planted(
            "a value that a closed list did not have",
            document ->
                ((ArrayNode) document.at("/components/schemas/Discount/properties/kind/enum"))
                    .add("gift"),
            "order.paid.v1 data/discounts[]/kind: may have the values [gift], which its closed"
                + " list did not have"),
        new Planted(
            "a closed list is open",
            document -> remove(document, "/components/schemas/Discount/properties/kind", "enum"),
            "order.paid.v1 data/discounts[]/kind: had only [coupon, points, promotion, red_packet],"
                + " and may now have any value"),
        new Planted(
            "what was always there may be absent",
            document -> array(document, PAID, "required").add("items"),
            "order.paid.v1 data/paidAt: was always there, and may now be absent"),
        new Planted(
            "another form",
            document -> put(document, "/components/schemas/RefundId", "pattern", "^R[0-9]+$"),
            "refund.succeeded.v1 data/refund: pattern was \"^[1-9][0-9]{0,18}r[1-9][0-9]*$\", is"
                + " \"^R[0-9]+$\""),
        new Planted(
            "an amount may be negative",
            document -> remove(document, "/components/schemas/MinorUnits", "minimum"),
            "order.paid.v1 data/total: minimum was 0, is open"),
        new Planted(
            "a list may be empty",
            document -> put(document, PAID + "/properties/items", "minItems", 0),
            "order.paid.v1 data/items: minItems was 1, is 0"),
        new Planted(
            "an event is gone",
            document -> remove(document, "/channels/order/messages", "orderPaid"),
            "order.paid.v1: is gone"),
        new Planted(
            "another topic",
            document -> put(document, "/channels/stock", "address", "tidegate-goods"),
            "stock.adjusted.v1: topic was \"tidegate-stock\", is \"tidegate-goods\""),
        new Planted(
            "a type is renamed",
            document -> put(document, "/components/messages/orderPaid", "name", "order.paid.v2"),
            "order.paid.v1: is gone"));
  }

  @ParameterizedTest
  @MethodSource("eventBreaks")
  void aBreakOfAnEventIsNamed(Planted planted) {
    ObjectNode changed = EVENTS.deepCopy();
    planted.change().accept(changed);
    Growth growth = Growth.of(Documents.events(EVENTS), Documents.events(changed));
    assertThat(growth.breaks()).contains(planted.told());
  }

  static List<Planted> apiBreaks() {
    return List.of(
        new Planted(
            "a field of an answer is gone",
            document -> remove(document, ORDER + "/properties", "refundedTotal"),
            "schema Order/refundedTotal: is gone"),
        new Planted(
            "a field of an answer may be absent",
            document -> array(document, ORDER, "required").add("number"),
            "schema Order/state: was always there, and may now be absent"),
        new Planted(
            "a field of a request is gone",
            document -> remove(document, PLACE + "/properties", "coupon"),
            "schema PlaceOrder/coupon: is gone"),
        new Planted(
            "a field of a request must be given",
            document -> array(document, PLACE, "required").add("courier"),
            "schema PlaceOrder/courier: could be left out, and must now be given"),
        new Planted(
            "a request must have what nobody knew",
            document -> {
              ((ObjectNode) document.at(PLACE + "/properties")).putObject("branch");
              array(document, PLACE, "required").add("branch");
            },
            "schema PlaceOrder/branch: must be given by callers that don't know it"),
        new Planted(
            "a parameter must be given",
            document -> {
              ObjectNode parameter = parameter(document);
              parameter.put("name", "shop").put("in", "query").put("required", true);
            },
            "GET /v1/orders query/shop: must be given by callers that don't know it"),
        new Planted(
            "an answer is another thing",
            document ->
                put(
                    document,
                    "/paths/~1v1~1orders/post/responses/201/content/application~1json/schema",
                    "$ref",
                    "#/components/schemas/Order"),
            "POST /v1/orders 201 application/json: ref was \"Receipt\", is \"Order\""),
        new Planted(
            "an answer is gone",
            document -> remove(document, "/paths/~1v1~1orders/post/responses", "201"),
            "POST /v1/orders 201: is gone"),
        new Planted(
            "a route is gone",
            document -> remove(document, "/paths", "/v1/orders/{number}/cancel"),
            "POST /v1/orders/{number}/cancel: is gone"),
        new Planted(
            "an answer's header is gone",
            document -> remove(document, "/paths/~1v1~1orders/post/responses/201", "headers"),
            "POST /v1/orders 201 header/Location: is gone"),
        new Planted(
            "an open route asks for a token",
            document ->
                secured(document, "/paths/~1v1~1flash-sales/get").putArray("bearer").add("staff"),
            "GET /v1/flash-sales: could be called with nothing, and now asks for [bearer"
                + " bearer:staff]"),
        new Planted(
            "a token needs a scope",
            document ->
                secured(document, "/paths/~1v1~1orders/get").putArray("bearer").add("orders"),
            "GET /v1/orders: could be called with bearer, and now asks for [bearer"
                + " bearer:orders]"),
        new Planted(
            "what is not taken grows",
            document ->
                ((ObjectNode) document.at("/components/schemas/StockAdjustment/properties/delta"))
                    .putObject("not")
                    .putArray("enum")
                    .add(0)
                    .add(1),
            "schema StockAdjustment/delta: not was {\"const\":0}, is {\"enum\":[0,1]}"),
        new Planted(
            "callers must keep to one of two forms",
            document ->
                array(document, PLACE + "/properties/courier", "oneOf")
                    .addObject()
                    .put("pattern", "^[a-z]+$"),
            "schema PlaceOrder/courier|1: is a form that the closed list of forms did not have"));
  }

  @ParameterizedTest
  @MethodSource("apiBreaks")
  void aBreakOfARouteIsNamed(Planted planted) {
    ObjectNode changed = API.deepCopy();
    planted.change().accept(changed);
    Growth growth = Growth.of(Documents.api(API), Documents.api(changed));
    assertThat(growth.breaks()).contains(planted.told());
  }

  /** What is sent has the forms that hearers know; what is taken may have one more. */
  @Test
  void oneMoreFormBreaksThoseWhoHear() {
    ObjectNode before = EVENTS.deepCopy();
    array(before, PAID + "/properties/provider", "anyOf").addObject().put("maxLength", 9);
    ObjectNode after = before.deepCopy();
    ((ArrayNode) after.at(PAID + "/properties/provider/anyOf")).addObject().put("minLength", 9);
    assertThat(Growth.of(Documents.events(before), Documents.events(after)).breaks())
        .containsExactly(
            "order.paid.v1 data/provider|2: is a form that the closed list of forms did not have");
    assertThat(Growth.of(Documents.events(EVENTS), Documents.events(before)).breaks()).isEmpty();

    ObjectNode taken = API.deepCopy();
    ((ArrayNode) taken.at(PLACE + "/properties/redPackets/oneOf")).addObject().put("type", "null");
    assertThat(Growth.of(Documents.api(API), Documents.api(taken)).breaks()).isEmpty();
  }

  /** Who has a token that was enough finds it to be enough. */
  @Test
  void aRouteMayAskForLess() {
    ObjectNode changed = API.deepCopy();
    array(changed, "/paths/~1v1~1orders/get", "security");
    secured(changed, "/paths/~1v1~1webhooks/get").putArray("bearer");
    assertThat(Growth.of(Documents.api(API), Documents.api(changed)).breaks()).isEmpty();
  }

  static List<Planted> growths() {
    return List.of(
        new Planted(
            "a field",
            document -> {
              ObjectNode fields = (ObjectNode) document.at(PAID + "/properties");
              fields.putObject("campaign").put("type", "string");
            },
            "order.paid.v1 data/campaign: is new"),
        new Planted(
            "a field that is always there",
            document -> {
              ObjectNode fields = (ObjectNode) document.at(PAID + "/properties");
              fields.putObject("campaign").put("type", "string");
              ((ArrayNode) document.at(PAID + "/required")).add("campaign");
            },
            "order.paid.v1 data/campaign: is new"),
        new Planted(
            "what could be absent is always there",
            document -> ((ArrayNode) document.at(PAID + "/required")).add("provider"),
            "order.paid.v1 data/provider: says more or allows more"),
        new Planted(
            "an event",
            document -> {
              ObjectNode messages = (ObjectNode) document.at("/components/messages");
              messages.set("fresh", messages.path("orderPaid").deepCopy());
              put(document, "/components/messages/fresh", "name", "order.paid.v2");
              ObjectNode channel = (ObjectNode) document.at("/channels/order/messages");
              channel.putObject("fresh").put("$ref", "#/components/messages/fresh");
            },
            "order.paid.v2 data/total: is new"));
  }

  @ParameterizedTest
  @MethodSource("growths")
  void growthBreaksNothing(Planted planted) {
    ObjectNode changed = EVENTS.deepCopy();
    planted.change().accept(changed);
    Growth growth = Growth.of(Documents.events(EVENTS), Documents.events(changed));
    assertThat(growth.breaks()).isEmpty();
    assertThat(growth.news()).contains(planted.told());
  }

  @Test
  void aRequestMayBecomeWiderAndAnAnswerMayTellMore() {
    ObjectNode changed = API.deepCopy();
    ((ObjectNode) changed.at(PLACE + "/properties")).putObject("branch").put("type", "string");
    ((ObjectNode) changed.at(ORDER + "/properties")).putObject("branch").put("type", "string");
    put(changed, PLACE + "/properties/items", "maxItems", 1_000);
    Growth growth = Growth.of(Documents.api(API), Documents.api(changed));
    assertThat(growth.breaks()).isEmpty();
    assertThat(growth.news())
        .containsExactlyInAnyOrder(
            "schema Order/branch: is new",
            "schema PlaceOrder/branch: is new",
            "schema PlaceOrder/items: says more or allows more");
  }

  /** What is recorded reads back the same; growth replaces it, and a break leaves it alone. */
  @Test
  void onlyGrowthIsRecorded(@TempDir Path folder) throws IOException {
    Baseline baseline = new Baseline(folder.resolve("events.jsonl"));
    baseline.write(Documents.events(EVENTS).values());
    assertThat(baseline.read()).isEqualTo(Documents.events(EVENTS));
    ObjectNode broken = EVENTS.deepCopy();
    remove(broken, PAID + "/properties", "paidAt");
    String before = Files.readString(baseline.file());
    assertThat(baseline.record(Documents.events(broken)).breaks()).isNotEmpty();
    assertThat(baseline.file()).hasContent(before);
    ObjectNode grown = EVENTS.deepCopy();
    ((ObjectNode) grown.at(PAID + "/properties")).putObject("campaign").put("type", "string");
    assertThat(baseline.record(Documents.events(grown)).breaks()).isEmpty();
    assertThat(baseline.read()).isEqualTo(Documents.events(grown));
  }

  /** What ships without a record could go again, and nobody would see. */
  @Test
  void whatIsNotOnRecordIsFound(@TempDir Path folder) throws IOException {
    Baseline baseline = new Baseline(folder.resolve("events.jsonl"));
    baseline.write(Documents.events(EVENTS).values());
    assertThat(baseline.findings(Documents.events(EVENTS))).isEmpty();
    ObjectNode grown = EVENTS.deepCopy();
    ((ObjectNode) grown.at(PAID + "/properties")).putObject("campaign").put("type", "string");
    assertThat(baseline.findings(Documents.events(grown)))
        .containsExactly("order.paid.v1 data/campaign: is new, and not on record");
  }

  @Test
  void anEmptiedRecordIsRefused(@TempDir Path folder) throws IOException {
    Baseline baseline = new Baseline(folder.resolve("events.jsonl"));
    baseline.write(List.of());
    SortedMap<String, Fact> now = Documents.events(EVENTS);
    assertThatIllegalStateException().isThrownBy(() -> baseline.findings(now));
    assertThatIllegalStateException().isThrownBy(() -> baseline.record(now));
    assertThat(baseline.file()).content().isBlank();
  }

  /** To delete the record and to record again would be a way round it. */
  @Test
  void aRecordThatIsGoneIsNotBegunAnew(@TempDir Path folder) {
    Baseline baseline = new Baseline(folder.resolve("events.jsonl"));
    SortedMap<String, Fact> now = Documents.events(EVENTS);
    assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> baseline.record(now));
    assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> baseline.findings(now));
    assertThat(baseline.file()).doesNotExist();
  }

  private static void remove(ObjectNode document, String at, String name) {
    assertThat(((ObjectNode) document.at(at)).remove(name)).isNotNull();
  }

  private static void put(ObjectNode document, String at, String name, String value) {
    ((ObjectNode) document.at(at)).put(name, value);
  }

  private static void put(ObjectNode document, String at, String name, int value) {
    ((ObjectNode) document.at(at)).put(name, value);
  }

  private static ArrayNode array(ObjectNode document, String at, String name) {
    return ((ObjectNode) document.at(at)).putArray(name);
  }

  /** The only way into a route from now on. */
  private static ObjectNode secured(ObjectNode document, String at) {
    return array(document, at, "security").addObject();
  }

  private static ObjectNode parameter(ObjectNode document) {
    return ((ArrayNode) document.at("/paths/~1v1~1orders/get/parameters")).addObject();
  }

  private static ObjectNode served(String name) {
    try (InputStream in = GrowthTest.class.getResourceAsStream(name)) {
      JsonNode node = JsonMapper.shared().readTree(Objects.requireNonNull(in).readAllBytes());
      return (ObjectNode) node;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
