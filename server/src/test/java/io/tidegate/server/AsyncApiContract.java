package io.tidegate.server;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tidegate.platform.messaging.EventHeaders;
import io.tidegate.platform.messaging.LoggedEvent;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The AsyncAPI document as something that real events are checked against. */
public final class AsyncApiContract {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String TOPIC_PREFIX = "tidegate-";
  private static final String SOURCE = "/tidegate";

  private final SchemaRegistry registry =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private final Map<JsonNode, Schema> schemas = new HashMap<>();
  private final JsonNode document;

  /** Messages by type, and the channel's address of each. */
  private final Map<String, JsonNode> messages = new TreeMap<>();

  private final Map<String, String> addresses = new TreeMap<>();

  private AsyncApiContract(byte[] json) {
    this.document = JSON.readTree(json);
    for (JsonNode channel : document.path("channels")) {
      for (JsonNode reference : channel.path("messages")) {
        JsonNode message = resolve(reference);
        messages.put(message.path("name").asString(), message);
        addresses.put(message.path("name").asString(), channel.path("address").asString());
      }
    }
  }

  /** What the program serves. */
  public static AsyncApiContract served() {
    try (InputStream in = AsyncApiContract.class.getResourceAsStream("/asyncapi.json")) {
      return new AsyncApiContract(Objects.requireNonNull(in).readAllBytes());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  JsonNode document() {
    return document;
  }

  /** The types that it describes. */
  Set<String> types() {
    return messages.keySet();
  }

  Set<String> addresses() {
    return new TreeSet<>(addresses.values());
  }

  /** What is wrong with an event; empty when it is as described, to the last field. */
  public List<String> violations(LoggedEvent event) {
    JsonNode message = messages.get(event.type());
    if (message == null) {
      return List.of(event.type() + " is not in the document");
    }
    List<String> wrong = new ArrayList<>();
    if (!EventHeaders.topic(TOPIC_PREFIX, event).equals(addresses.get(event.type()))) {
      wrong.add("another topic");
    }
    JsonNode headers = JSON.valueToTree(EventHeaders.of(SOURCE, event));
    check("headers", message.path("headers"), headers, wrong);
    check("payload", message.path("payload"), JSON.readTree(event.data()), wrong);
    return wrong.stream().map(each -> event.type() + ": " + each).toList();
  }

  /** All places that an event of a type may have, such as {@code payload/items[]/sku}. */
  Set<String> places(String type) {
    JsonNode message = Objects.requireNonNull(messages.get(type), type);
    Set<String> places = new TreeSet<>();
    described("headers", List.of(message.path("headers")), places);
    described("payload", List.of(message.path("payload")), places);
    return places;
  }

  private void described(String where, List<JsonNode> schemasHere, Set<String> places) {
    List<JsonNode> all = new ArrayList<>();
    schemasHere.forEach(schema -> flatten(schema, all));
    Set<String> names = new TreeSet<>();
    all.forEach(schema -> names.addAll(schema.path("properties").propertyNames()));
    for (String name : names) {
      String at = where + "/" + name;
      places.add(at);
      described(at, all.stream().map(each -> each.path("properties").path(name)).toList(), places);
    }
    List<JsonNode> items =
        all.stream().map(each -> each.path("items")).filter(each -> !each.isMissingNode()).toList();
    if (!items.isEmpty()) {
      places.add(where + "[]");
      described(where + "[]", items, places);
    }
  }

  /** Those of them that an event has. */
  static Set<String> places(LoggedEvent event) {
    Set<String> places = new TreeSet<>();
    written("headers", JSON.valueToTree(EventHeaders.of(SOURCE, event)), places);
    written("payload", JSON.readTree(event.data()), places);
    return places;
  }

  private static void written(String where, JsonNode value, Set<String> places) {
    for (JsonNode each : value.isArray() ? value : JSON.createArrayNode()) {
      places.add(where + "[]");
      written(where + "[]", each, places);
    }
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      places.add(where + "/" + field.getKey());
      written(where + "/" + field.getKey(), field.getValue(), places);
    }
  }

  private void check(String what, JsonNode schema, JsonNode value, List<String> wrong) {
    schemas
        .computeIfAbsent(schema, this::compile)
        .validate(value)
        .forEach(
            error -> wrong.add(what + error.getInstanceLocation() + ": " + error.getMessage()));
    undescribed(what, List.of(schema), value, wrong);
  }

  /** Hearers must pass over what they don't know; that the document knows all is held here. */
  private void undescribed(
      String where, List<JsonNode> schemasHere, JsonNode value, List<String> wrong) {
    List<JsonNode> all = new ArrayList<>();
    schemasHere.forEach(schema -> flatten(schema, all));
    if (value.isArray()) {
      List<JsonNode> items = all.stream().map(schema -> schema.path("items")).toList();
      value.forEach(each -> undescribed(where + "[]", items, each, wrong));
      return;
    }
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      List<JsonNode> described =
          all.stream()
              .map(schema -> schema.path("properties").path(field.getKey()))
              .filter(schema -> !schema.isMissingNode())
              .toList();
      String at = where + "/" + field.getKey();
      if (described.isEmpty()) {
        wrong.add(at + " is not described");
      } else {
        undescribed(at, described, field.getValue(), wrong);
      }
    }
  }

  private void flatten(JsonNode schema, List<JsonNode> all) {
    JsonNode here = resolve(schema);
    all.add(here);
    here.path("allOf").forEach(part -> flatten(part, all));
  }

  /** A schema that stands alone: references go into the components, which go with it. */
  private Schema compile(JsonNode schema) {
    ObjectNode alone = JSON.createObjectNode();
    alone.putArray("allOf").add(schema);
    alone.set("components", document.path("components"));
    return registry.getSchema(alone);
  }

  /** What a reference leads to, through others. */
  JsonNode resolve(JsonNode node) {
    JsonNode reference = node.path("$ref");
    return reference.isMissingNode()
        ? node
        : resolve(document.at(reference.asString().substring(1)));
  }
}
