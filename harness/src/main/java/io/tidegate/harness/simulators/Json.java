package io.tidegate.harness.simulators;

import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The one JSON mapper of the simulators. */
final class Json {
  static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static byte[] bytes(ObjectNode json) {
    return MAPPER.writeValueAsBytes(json);
  }

  /**
   * The object that the bytes say.
   *
   * @throws Problem 400 when they say something else
   */
  static ObjectNode parse(byte[] raw) {
    try {
      if (MAPPER.readTree(raw) instanceof ObjectNode json) {
        return json;
      }
    } catch (JacksonException e) {
      // The parser's own words could repeat what was sent; the pointer says enough.
    }
    throw Problem.invalid(List.of(new Problem.Field("", "must be a JSON object")));
  }
}
