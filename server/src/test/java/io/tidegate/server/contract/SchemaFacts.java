package io.tidegate.server.contract;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Schemas of one document as facts, place by place. Alternatives are told apart by their place;
 * what only a description says is no part of a contract.
 */
final class SchemaFacts {

  /** Keywords that say something of a value by themselves. */
  private static final Set<String> PLAIN =
      Set.of(
          "pattern",
          "format",
          "minimum",
          "maximum",
          "exclusiveMinimum",
          "exclusiveMaximum",
          "multipleOf",
          "minLength",
          "maxLength",
          "minItems",
          "maxItems",
          "minProperties",
          "maxProperties",
          "uniqueItems",
          "not");

  private final JsonNode document;
  private final boolean named;
  private final SortedMap<String, Fact> facts = new TreeMap<>();

  /** Schemas that were met by name, with who writes them. */
  private final Map<String, Way> met = new TreeMap<>();

  /**
   * @param named whether schemas with a name are facts of their own, which others refer to; else
   *     each place says all of what is beneath it
   */
  SchemaFacts(JsonNode document, boolean named) {
    this.document = document;
    this.named = named;
  }

  SortedMap<String, Fact> facts() {
    return facts;
  }

  Map<String, Way> met() {
    return met;
  }

  void add(Fact fact) {
    facts.merge(fact.at(), fact, (a, b) -> new Fact(a.at(), a.way().and(b.way()), a.says()));
  }

  void add(String at, Way way, boolean required, JsonNode schema) {
    add(at, way, required, List.of(schema));
  }

  private void add(String at, Way way, boolean required, List<JsonNode> schemas) {
    ObjectNode says = JsonMapper.shared().createObjectNode();
    if (required) {
      says.put("required", true);
    }
    List<JsonNode> all = new ArrayList<>();
    schemas.forEach(schema -> flatten(schema, way, says, all));
    all.forEach(schema -> say(schema, says));
    add(new Fact(at, way, says));
    Set<String> names = new TreeSet<>();
    Set<String> needed = new HashSet<>();
    for (JsonNode schema : all) {
      names.addAll(schema.path("properties").propertyNames());
      schema.path("required").forEach(name -> needed.add(name.asString()));
    }
    for (String name : names) {
      add(at + "/" + name, way, needed.contains(name), under(all, "properties", name));
    }
    below(at + "[]", way, under(all, "items"));
    below(at + "{}", way, under(all, "additionalProperties"));
    for (JsonNode schema : all) {
      alternatives(at, way, schema.path("oneOf"));
      alternatives(at, way, schema.path("anyOf"));
    }
  }

  private void below(String at, Way way, List<JsonNode> schemas) {
    List<JsonNode> described = schemas.stream().filter(JsonNode::isObject).toList();
    if (!described.isEmpty()) {
      add(at, way, false, described);
    }
  }

  private void alternatives(String at, Way way, JsonNode schemas) {
    int place = 1;
    for (JsonNode schema : schemas) {
      add(at + "|" + place++, way, false, schema);
    }
  }

  private static List<JsonNode> under(List<JsonNode> schemas, String... path) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode schema : schemas) {
      JsonNode node = schema;
      for (String name : path) {
        node = node.path(name);
      }
      if (!node.isMissingNode()) {
        found.add(node);
      }
    }
    return found;
  }

  /** A schema with all that it is made of; what has a name is only named, where names count. */
  private void flatten(JsonNode schema, Way way, ObjectNode says, List<JsonNode> all) {
    all.add(schema);
    String reference = schema.path("$ref").asString("");
    if (!reference.isEmpty()) {
      String name = reference.substring(reference.lastIndexOf('/') + 1);
      if (named && reference.startsWith("#/components/schemas/")) {
        says.put("ref", name);
        met.merge(name, way, Way::and);
      } else {
        flatten(document.at(reference.substring(1)), way, says, all);
      }
    }
    schema.path("allOf").forEach(part -> flatten(part, way, says, all));
  }

  private static void say(JsonNode schema, ObjectNode says) {
    for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
      switch (keyword.getKey()) {
        case "type" -> says.set("type", sorted(keyword.getValue()));
        case "enum" -> says.set("enum", sorted(keyword.getValue()));
        case "const" -> says.set("enum", sorted(keyword.getValue()));
        case String name when PLAIN.contains(name) -> says.set(name, keyword.getValue());
        default -> {}
      }
    }
  }

  /** One value or many as a list in order. */
  private static ArrayNode sorted(JsonNode values) {
    ArrayNode list = JsonMapper.shared().createArrayNode();
    if (values.isArray()) {
      values.valueStream().map(JsonNode::asString).sorted().forEach(list::add);
    } else {
      list.add(values.asString());
    }
    return list;
  }
}
