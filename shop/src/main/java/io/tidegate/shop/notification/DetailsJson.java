package io.tidegate.shop.notification;

import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** The details of a message as a JSON object of texts. */
final class DetailsJson {

  private static final ObjectMapper MAPPER = JsonMapper.builder().build();
  private static final TypeReference<Map<String, String>> DETAILS = new TypeReference<>() {};

  private DetailsJson() {}

  static String write(Map<String, String> details) {
    return MAPPER.writeValueAsString(details);
  }

  static Map<String, String> read(String json) {
    return MAPPER.readValue(json, DETAILS);
  }
}
