package io.tidegate.server.contract;

import java.util.SortedSet;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * Schemas of answers that shut out what they don't name. A client that validates by them would
 * break on the first field that an answer gets, which is growth by our rule.
 */
final class ClosedAnswers {

  private final JsonNode document;
  private final SortedSet<String> met = new TreeSet<>();
  private final SortedSet<String> closed = new TreeSet<>();

  private ClosedAnswers(JsonNode document) {
    this.document = document;
  }

  /** Their places in an OpenAPI document. */
  static SortedSet<String> of(JsonNode document) {
    ClosedAnswers answers = new ClosedAnswers(document);
    document
        .path("paths")
        .forEachEntry((path, operations) ->
            operations.forEachEntry((method, operation) ->
                answers.look(method + " " + path, operation.path("responses"))));
    return answers.closed;
  }

  private void look(String at, JsonNode node) {
    String reference = node.path("$ref").asString("");
    if (!reference.isEmpty() && met.add(reference)) {
      look(reference, document.at(reference.substring(1)));
    }
    for (String keyword : new String[] {"additionalProperties", "unevaluatedProperties"}) {
      if (node.path(keyword).isBoolean() && !node.path(keyword).asBoolean()) {
        closed.add(at);
      }
    }
    node.forEachEntry((name, each) -> look(at + "/" + name, each));
    if (node.isArray()) {
      node.forEach(each -> look(at + "[]", each));
    }
  }
}
