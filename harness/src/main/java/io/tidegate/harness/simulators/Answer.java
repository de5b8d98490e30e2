package io.tidegate.harness.simulators;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** A response that is ready to be sent. */
@SuppressWarnings("ArrayRecordComponent") // Never compared: made, sent, forgotten.
record Answer(int status, String contentType, byte[] body, Map<String, String> headers) {
  Answer(int status, String contentType, byte[] body) {
    this(status, contentType, body, Map.of());
  }

  static Answer json(int status, ObjectNode json) {
    return new Answer(status, "application/json", Json.bytes(json));
  }

  static Answer html(int status, String page) {
    return new Answer(status, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8));
  }
}
