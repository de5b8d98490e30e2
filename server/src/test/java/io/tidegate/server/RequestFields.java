package io.tidegate.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The request bodies of an OpenAPI document, each with every field that the document lists. */
final class RequestFields {

  /** A field that no document lists: whoever reads bodies strictly refuses it. */
  static final String UNHEARD_OF = "noSuchField";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int DEPTH_MAX = 8;

  /** A body with all its fields and {@link #UNHEARD_OF}, and where it goes. */
  record Body(String method, String template, ObjectNode json) {
    @Override
    public String toString() {
      return method + " " + template;
    }
  }

  private final JsonNode document;

  RequestFields(JsonNode document) {
    this.document = document;
  }

  List<Body> all() {
    List<Body> bodies = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        JsonNode schema = operation.getValue().at("/requestBody/content/application~1json/schema");
        if (!schema.isMissingNode()) {
          ObjectNode json = (ObjectNode) sample(schema, 0);
          json.put(UNHEARD_OF, 1);
          bodies.add(new Body(operation.getKey().toUpperCase(Locale.ROOT), path.getKey(), json));
        }
      }
    }
    return bodies;
  }

  /** A value of the schema's type; whether it is a good one is not the question here. */
  private JsonNode sample(JsonNode given, int depth) {
    JsonNode schema = resolve(given);
    if (depth > DEPTH_MAX) {
      throw new IllegalStateException("a schema in itself: " + schema);
    }
    if (schema.has("enum")) {
      return schema.path("enum").get(0);
    }
    return switch (schema.path("type").asString("object")) {
      case "string" -> NODES.stringNode("x");
      case "integer" -> NODES.numberNode(schema.path("minimum").asLong(1));
      case "boolean" -> NODES.booleanNode(true);
      case "array" -> {
        ArrayNode array = NODES.arrayNode();
        array.add(sample(schema.path("items"), depth + 1));
        yield array;
      }
      case "object" -> {
        ObjectNode object = NODES.objectNode();
        schema
            .path("properties")
            .properties()
            .forEach(field -> object.set(field.getKey(), sample(field.getValue(), depth + 1)));
        yield object;
      }
      default -> throw new IllegalStateException("a type that is not known: " + schema);
    };
  }

  private JsonNode resolve(JsonNode node) {
    JsonNode reference = node.path("$ref");
    return reference.isMissingNode() ? node : document.at(reference.asString().substring(1));
  }
}
