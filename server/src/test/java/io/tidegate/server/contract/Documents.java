package io.tidegate.server.contract;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The two documents as facts. */
final class Documents {

  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

  /** A way into a route that is open to all. */
  static final String NOTHING = "nothing";

  private Documents() {}

  /** An AsyncAPI document: each event with its topic, headers and data, down to the last field. */
  static SortedMap<String, Fact> events(JsonNode document) {
    SchemaFacts facts = new SchemaFacts(document, false);
    for (JsonNode channel : document.path("channels")) {
      for (JsonNode reference : channel.path("messages")) {
        JsonNode message = document.at(reference.path("$ref").asString().substring(1));
        String type = message.path("name").asString();
        ObjectNode says = JsonMapper.shared().createObjectNode();
        says.put("topic", channel.path("address").asString());
        facts.add(new Fact(type, Way.SENT, says));
        facts.add(type + " headers", Way.SENT, true, message.path("headers"));
        facts.add(type + " data", Way.SENT, true, message.path("payload"));
      }
    }
    return facts.facts();
  }

  /**
   * An OpenAPI document: each route with what it takes and answers. Schemas that have a name are
   * told once, since clients are generated from them. What answers of 400 and above carry is one
   * schema for all; that a route may give one more of them breaks nobody.
   */
  static SortedMap<String, Fact> api(JsonNode document) {
    SchemaFacts facts = new SchemaFacts(document, true);
    document
        .path("paths")
        .forEachEntry((path, operations) ->
            operations.forEachEntry((method, operation) -> {
              if (METHODS.contains(method)) {
                String at = method.toUpperCase(java.util.Locale.ROOT) + " " + path;
                operation(facts, document, at, operation);
              }
            }));
    named(facts, document);
    return facts.facts();
  }

  private static void operation(
      SchemaFacts facts, JsonNode document, String at, JsonNode operation) {
    facts.add(new Fact(at, Way.BOTH, security(document, operation)));
    for (JsonNode given : operation.path("parameters")) {
      JsonNode parameter = resolved(document, given);
      String place = at + " " + parameter.path("in").asString() + "/" + name(parameter);
      boolean required = parameter.path("required").asBoolean(false);
      facts.add(place, Way.RECEIVED, required, parameter.path("schema"));
    }
    JsonNode request = resolved(document, operation.path("requestBody"));
    request
        .path("content")
        .forEachEntry((type, media) -> {
          boolean required = request.path("required").asBoolean(false);
          facts.add(at + " body " + type, Way.RECEIVED, required, media.path("schema"));
        });
    operation
        .path("responses")
        .forEachEntry((status, given) -> {
          JsonNode answer = resolved(document, given);
          if (status.compareTo("4") < 0) {
            String place = at + " " + status;
            facts.add(new Fact(place, Way.SENT, JsonMapper.shared().createObjectNode()));
            answer
                .path("headers")
                .forEachEntry(
                    (name, header) -> header(facts, document, place + " header/" + name, header));
            answer
                .path("content")
                .forEachEntry((type, media) ->
                    facts.add(place + " " + type, Way.SENT, true, media.path("schema")));
          } else {
            problem(facts, answer);
          }
        });
  }

  private static void header(SchemaFacts facts, JsonNode document, String at, JsonNode given) {
    JsonNode header = resolved(document, given);
    boolean required = header.path("required").asBoolean(false);
    facts.add(at, Way.SENT, required, header.path("schema"));
  }

  /** Which tokens open a route, each with its scopes; one of them is enough. */
  private static ObjectNode security(JsonNode document, JsonNode operation) {
    JsonNode ways =
        operation.has("security") ? operation.path("security") : document.path("security");
    SortedSet<String> told = new TreeSet<>();
    for (JsonNode way : ways) {
      SortedSet<String> words = new TreeSet<>();
      way.forEachEntry((scheme, scopes) -> {
        words.add(scheme);
        scopes.forEach(scope -> words.add(scheme + ":" + scope.asString()));
      });
      told.add(words.isEmpty() ? NOTHING : String.join(" ", words));
    }
    ObjectNode says = JsonMapper.shared().createObjectNode();
    (told.isEmpty() ? List.of(NOTHING) : told).forEach(says.putArray("security")::add);
    return says;
  }

  private static void problem(SchemaFacts facts, JsonNode answer) {
    answer
        .path("content")
        .forEachEntry(
            (type, media) -> facts.add("problem " + type, Way.SENT, true, media.path("schema")));
  }

  /** Named schemas, and those that they name; again where one is met for the other way too. */
  private static void named(SchemaFacts facts, JsonNode document) {
    Map<String, Way> told = new HashMap<>();
    while (!told.equals(facts.met())) {
      for (Map.Entry<String, Way> each : Map.copyOf(facts.met()).entrySet()) {
        if (each.getValue() != told.put(each.getKey(), each.getValue())) {
          JsonNode schema = document.path("components").path("schemas").path(each.getKey());
          facts.add("schema " + each.getKey(), each.getValue(), true, schema);
        }
      }
    }
  }

  private static JsonNode resolved(JsonNode document, JsonNode node) {
    String reference = node.path("$ref").asString("");
    return reference.isEmpty() ? node : document.at(reference.substring(1));
  }

  private static String name(JsonNode parameter) {
    return parameter.path("name").asString();
  }
}
