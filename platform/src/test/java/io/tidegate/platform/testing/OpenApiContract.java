package io.tidegate.platform.testing;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tidegate.platform.http.Route;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** An OpenAPI 3.1 document as something that routes and real responses are checked against. */
public final class OpenApiContract {
  /** The lowest status of an answer that is a problem. */
  private static final int FIRST_PROBLEM = 400;

  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");

  private final ObjectMapper mapper = new ObjectMapper();
  private final SchemaRegistry registry =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private final Map<JsonNode, Schema> schemas = new HashMap<>();
  private final JsonNode document;

  public OpenApiContract(byte[] json) {
    this.document = mapper.readTree(json);
  }

  /** What one side has and the other has not; empty when routes and document agree. */
  public List<String> differences(List<Route> routes) {
    var served = new TreeSet<String>();
    routes.forEach(route -> served.add(route.toString()));
    var described = new TreeSet<String>();
    document
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .propertyNames()
                .forEach(method -> {
                  if (METHODS.contains(method)) {
                    described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                  }
                }));
    var differences = new ArrayList<String>();
    served.stream()
        .filter(route -> !described.contains(route))
        .forEach(route -> differences.add("not in the document: " + route));
    described.stream()
        .filter(route -> !served.contains(route))
        .forEach(route -> differences.add("not served: " + route));
    return differences;
  }

  /**
   * What is wrong with a response; empty when it is as described.
   *
   * @param template the path with its parameters, as in the document
   */
  public List<String> violations(String method, String template, HttpResponse<String> response) {
    JsonNode operation =
        document.path("paths").path(template).path(method.toLowerCase(Locale.ROOT));
    if (operation.isMissingNode()) {
      return List.of(method + " " + template + " is not in the document");
    }
    JsonNode described =
        resolve(operation.path("responses").path(Integer.toString(response.statusCode())));
    if (described.isMissingNode()) {
      return List.of(
          method + " " + template + " does not describe status " + response.statusCode());
    }
    JsonNode content = described.path("content");
    if (content.isEmpty()) {
      return response.body().isEmpty() ? List.of() : List.of("no body is described");
    }
    String type = response.headers().firstValue("content-type").orElse("").split(";")[0].trim();
    JsonNode schema = content.path(type).path("schema");
    if (schema.isMissingNode()) {
      return List.of("the type " + type + " is not described");
    }
    if (!type.endsWith("json")) {
      return List.of();
    }
    List<String> wrong = new ArrayList<>(errors(schema, response.body()));
    if (response.statusCode() < FIRST_PROBLEM && wrong.isEmpty()) {
      undescribed("", List.of(schema), mapper.readTree(response.body()), wrong);
    }
    return wrong;
  }

  /**
   * Answers are open to what they may have one day, so that who validates by the document survives
   * it; that the document knows all that they have today is held here.
   */
  private void undescribed(
      String at, List<JsonNode> schemasHere, JsonNode value, List<String> wrong) {
    List<JsonNode> all = new ArrayList<>();
    schemasHere.forEach(schema -> flatten(schema, all));
    int place = 0;
    for (JsonNode each : value.isArray() ? value : mapper.createArrayNode()) {
      undescribed(at + "/" + place++, objects(all, "items"), each, wrong);
    }
    boolean anything = all.stream().noneMatch(schema -> schema.has("properties"));
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      String where = at + "/" + field.getKey();
      List<JsonNode> described = objects(all, "properties", field.getKey());
      if (described.isEmpty()) {
        described = objects(all, "additionalProperties");
      }
      if (!described.isEmpty()) {
        undescribed(where, described, field.getValue(), wrong);
      } else if (!anything) {
        wrong.add(where + " is not described");
      }
    }
  }

  private static List<JsonNode> objects(List<JsonNode> schemas, String... path) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode schema : schemas) {
      JsonNode node = schema;
      for (String name : path) {
        node = node.path(name);
      }
      if (node.isObject()) {
        found.add(node);
      }
    }
    return found;
  }

  private void flatten(JsonNode schema, List<JsonNode> all) {
    JsonNode here = resolve(schema);
    all.add(here);
    for (String parts : List.of("allOf", "oneOf", "anyOf")) {
      here.path(parts).forEach(part -> flatten(part, all));
    }
  }

  /**
   * What is wrong with a body that is sent; empty when it is as described.
   *
   * @param template as above
   */
  public List<String> requestViolations(String method, String template, String body) {
    JsonNode schema =
        document
            .path("paths")
            .path(template)
            .path(method.toLowerCase(Locale.ROOT))
            .at("/requestBody/content/application~1json/schema");
    return schema.isMissingNode()
        ? List.of(method + " " + template + " describes no body")
        : errors(schema, body);
  }

  /** The same of a body that is answered with 200. */
  public List<String> answerViolations(String method, String template, String body) {
    JsonNode schema =
        document
            .path("paths")
            .path(template)
            .path(method.toLowerCase(Locale.ROOT))
            .at("/responses/200/content/application~1json/schema");
    return schema.isMissingNode()
        ? List.of(method + " " + template + " describes no answer")
        : errors(schema, body);
  }

  private List<String> errors(JsonNode schema, String body) {
    try {
      return schemas.computeIfAbsent(schema, this::compile).validate(mapper.readTree(body)).stream()
          .map(error -> error.getInstanceLocation() + ": " + error.getMessage())
          .toList();
    } catch (JacksonException e) {
      return List.of("the body is no JSON");
    }
  }

  /** A schema that stands alone: references go into the components, which go with it. */
  private Schema compile(JsonNode schema) {
    ObjectNode alone = mapper.createObjectNode();
    alone.putArray("allOf").add(schema);
    alone.set("components", document.path("components"));
    return registry.getSchema(alone);
  }

  private JsonNode resolve(JsonNode node) {
    JsonNode reference = node.path("$ref");
    return reference.isMissingNode()
        ? node
        : resolve(document.at(reference.asString().substring(1)));
  }
}
