package io.tidegate.harness.simulators;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * A refusal on its way to the caller, as RFC 9457 problem+json. Carries no stack trace: it is an
 * answer, not a failure.
 */
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient List<Field> fields;
  private final transient Map<String, Object> extra;

  /** A bad field, named by its JSON pointer. */
  record Field(String pointer, String detail) {}

  private Problem(
      int status, String code, String detail, List<Field> fields, Map<String, Object> extra) {
    super(detail, null, false, false);
    this.status = status;
    this.code = code;
    this.fields = fields;
    this.extra = extra;
  }

  static Problem of(int status, String code, String detail) {
    return new Problem(status, code, detail, List.of(), Map.of());
  }

  static Problem with(int status, String code, String detail, Map<String, Object> extra) {
    return new Problem(status, code, detail, List.of(), extra);
  }

  static Problem invalid(List<Field> fields) {
    return new Problem(
        400, "invalid_request", "The request has fields that are wrong.", fields, Map.of());
  }

  static Problem notFound(String what) {
    return of(404, "not_found", "There is no such " + what + ".");
  }

  static Problem overloaded(String detail) {
    return of(503, "overloaded", detail);
  }

  int status() {
    return status;
  }

  Answer answer() {
    ObjectNode json = Json.object();
    json.put("type", "about:blank");
    json.put("title", code.replace('_', ' '));
    json.put("status", status);
    json.put("code", code);
    json.put("detail", String.valueOf(getMessage()));
    extra.forEach((name, value) -> json.putPOJO(name, value));
    if (!fields.isEmpty()) {
      var errors = json.putArray("errors");
      fields.forEach(f -> errors.addObject().put("pointer", f.pointer()).put("detail", f.detail()));
    }
    return new Answer(status, "application/problem+json", Json.bytes(json));
  }
}
