package io.tidegate.server;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Each event's data as a JSON Schema that stands alone: {@code GET /schemas/{type}}. Made from the
 * AsyncAPI document when it is first asked for, so that the two can't differ.
 */
final class EventSchemas implements Routes {

  private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

  /** A name, not an address: where the program runs is another matter. */
  private static final String ID_PREFIX = "urn:tidegate:event:";

  private static final String COMPONENTS = "#/components/schemas/";
  private static final String DEFINITIONS = "#/$defs/";

  private final Supplier<byte[]> asyncApi;
  private volatile @Nullable SortedMap<String, Described> described;

  private record Described(String topic, byte[] schema) {}

  EventSchemas(Supplier<byte[]> asyncApi) {
    this.asyncApi = asyncApi;
  }

  @Override
  public void register(Router router) {
    router.get("/schemas", Access.open(), _ -> list());
    router.get("/schemas/{type}", Access.open(), this::one);
  }

  private Reply list() {
    return Reply.json(
        200,
        json -> {
          json.beginObject().name("data").beginArray();
          all()
              .forEach((type, event) ->
                  json.beginObject()
                      .field("type", type)
                      .field("topic", event.topic())
                      .field("schema", "/schemas/" + type)
                      .endObject());
          json.endArray().endObject();
        });
  }

  private Reply one(Request request) {
    Described event = all().get(request.path("type"));
    if (event == null) {
      throw Problem.notFound();
    }
    return Reply.json(200, event.schema());
  }

  private SortedMap<String, Described> all() {
    SortedMap<String, Described> known = described;
    if (known == null) {
      known = read(JsonMapper.shared().readTree(asyncApi.get()));
      described = known;
    }
    return known;
  }

  private static SortedMap<String, Described> read(JsonNode document) {
    SortedMap<String, Described> events = new TreeMap<>();
    for (JsonNode channel : document.required("channels")) {
      String topic = channel.required("address").asString();
      for (JsonNode reference : channel.required("messages")) {
        JsonNode message = document.at(reference.required("$ref").asString().substring(1));
        byte[] schema = JsonMapper.shared().writeValueAsBytes(standing(document, message));
        events.put(message.required("name").asString(), new Described(topic, schema));
      }
    }
    return events;
  }

  private static ObjectNode standing(JsonNode document, JsonNode message) {
    String type = message.required("name").asString();
    ObjectNode schema = JsonMapper.shared().createObjectNode();
    schema.put("$schema", DIALECT).put("$id", ID_PREFIX + type).put("title", type);
    schema.put("description", message.path("summary").asString(""));
    Map<String, JsonNode> needed = new TreeMap<>();
    JsonNode data = message.required("payload").deepCopy();
    point(document, data, needed);
    schema.putArray("allOf").add(data);
    ObjectNode definitions = schema.putObject("$defs");
    needed.forEach(definitions::set);
    return schema;
  }

  /** Points references at the schema's own definitions, and collects those, as deep as they go. */
  private static void point(JsonNode document, JsonNode node, Map<String, JsonNode> needed) {
    if (node instanceof ObjectNode object && object.path("$ref").isString()) {
      String name = object.path("$ref").asString().substring(COMPONENTS.length());
      object.put("$ref", DEFINITIONS + name);
      if (!needed.containsKey(name)) {
        JsonNode definition =
            document.required("components").required("schemas").required(name).deepCopy();
        needed.put(name, definition);
        point(document, definition, needed);
      }
    }
    for (JsonNode child : node) {
      point(document, child, needed);
    }
  }
}
