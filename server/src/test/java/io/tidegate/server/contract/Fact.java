package io.tidegate.server.contract;

import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a contract says of one place, such as {@code order.paid.v1 data/items[]/sku}.
 *
 * @param says keywords of JSON Schema, {@code required} of the place itself, {@code ref} a schema's
 *     name, {@code topic} an event's
 */
record Fact(String at, Way way, ObjectNode says) {

  /** One line of JSON, keywords in order of their names. */
  String line() {
    ObjectNode line = JsonMapper.shared().createObjectNode();
    line.put("at", at).put("way", way.name().toLowerCase(Locale.ROOT));
    says.propertyNames().stream().sorted().forEach(name -> line.set(name, says.get(name)));
    return line.toString();
  }

  static Fact read(String line) {
    ObjectNode says = (ObjectNode) JsonMapper.shared().readTree(line);
    String at = says.remove("at").asString();
    Way way = Way.valueOf(says.remove("way").asString().toUpperCase(Locale.ROOT));
    return new Fact(at, way, says);
  }

  boolean required() {
    return says.path("required").asBoolean(false);
  }

  /** The place that this one is in; itself at the top, and where it is a route. */
  String parent() {
    if (at.startsWith("/", at.lastIndexOf(' ') + 1)) {
      return at;
    }
    for (String last : List.of("[]", "{}")) {
      if (at.endsWith(last)) {
        return at.substring(0, at.length() - last.length());
      }
    }
    int word = at.lastIndexOf(' ') + 1;
    int cut = Math.max(at.lastIndexOf('/'), at.lastIndexOf('|'));
    return cut > word ? at.substring(0, cut) : at;
  }

  JsonNode keyword(String name) {
    return says.path(name);
  }
}
