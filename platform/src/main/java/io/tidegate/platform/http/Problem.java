package io.tidegate.platform.http;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A refusal, answered as RFC 9457 {@code application/problem+json} with a stable code.
 *
 * <p>It is the client's affair, so it carries no stack trace and is not logged.
 */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * One thing that is wrong.
   *
   * @param pointer JSON pointer into the body (RFC 6901), or {@code ?name} for a query parameter,
   *     or the name of a header
   * @param detail what is wrong with it
   */
  public record FieldError(String pointer, String detail) {}

  private final int status;
  private final String code;
  private final String title;
  private final @Nullable String detail;
  private final transient List<FieldError> errors;
  private final transient List<Consumer<JsonWriter>> members = new ArrayList<>(0);
  private final transient List<String> headers = new ArrayList<>(0);

  private Problem(
      int status, String code, String title, @Nullable String detail, List<FieldError> errors) {
    super(code, null, false, false);
    this.status = status;
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.errors = List.copyOf(errors);
  }

  /** 400: the request cannot be understood. */
  public static Problem invalid(String detail) {
    return new Problem(400, "invalid_request", "The request is not valid", detail, List.of());
  }

  /** 400: these parts of the request are wrong. */
  public static Problem invalid(List<FieldError> errors) {
    return new Problem(400, "invalid_request", "The request is not valid", null, errors);
  }

  /** 400: this part of the request is wrong. */
  public static Problem invalid(String pointer, String detail) {
    return invalid(List.of(new FieldError(pointer, detail)));
  }

  /** 401: no token, or one that proves nothing. */
  public static Problem unauthenticated(String detail) {
    var problem = new Problem(401, "unauthenticated", "A valid token is needed", detail, List.of());
    return problem.header("WWW-Authenticate", "Bearer");
  }

  /** 401: the token that was shown proves nothing. */
  static Problem invalidToken(String detail) {
    var problem = new Problem(401, "unauthenticated", "A valid token is needed", detail, List.of());
    return problem.header("WWW-Authenticate", "Bearer error=\"invalid_token\"");
  }

  /** 403: the caller is known and may not. */
  public static Problem forbidden() {
    return forbidden("forbidden", "The caller may not do this");
  }

  /** 403 with a code of its own. */
  public static Problem forbidden(String code, String detail) {
    return new Problem(403, code, "Not allowed", detail, List.of());
  }

  /** 404: it does not exist, or it is another's. */
  public static Problem notFound() {
    return new Problem(404, "not_found", "Not found", null, List.of());
  }

  /** 405: the path is known, the method is not. */
  static Problem methodNotAllowed(String allow) {
    return new Problem(405, "method_not_allowed", "The method is not allowed here", null, List.of())
        .header("Allow", allow);
  }

  /** 409: the state of things forbids it, for the reason that the code names. */
  public static Problem conflict(String code, String detail) {
    return new Problem(409, code, "The present state does not allow this", detail, List.of());
  }

  /** 409, with the parts of the request that conflict. */
  public static Problem conflict(String code, String detail, List<FieldError> errors) {
    return new Problem(409, code, "The present state does not allow this", detail, errors);
  }

  /** 410: it was there, and is no longer kept. */
  public static Problem gone(String code, String detail) {
    return new Problem(410, code, "It is no longer kept", detail, List.of());
  }

  /** 409: the same key is being worked on. */
  public static Problem inProgress() {
    return conflict("in_progress", "A request with this Idempotency-Key is still running")
        .retryAfterSeconds(1);
  }

  /** 408: the request did not arrive in time. */
  static Problem tooSlow() {
    return new Problem(
        408,
        "request_timeout",
        "The request took too long to arrive",
        "Nothing was done",
        List.of());
  }

  /** 412: the thing has changed since. */
  public static Problem preconditionFailed() {
    return new Problem(
        412, "precondition_failed", "It has changed since", "If-Match does not match", List.of());
  }

  /** 413: the body is too long. */
  public static Problem tooLarge(long bytesMax) {
    return new Problem(
        413,
        "too_large",
        "The body is too long",
        "at most " + bytesMax + " bytes are taken",
        List.of());
  }

  /** 414: the path and the query are too long. */
  static Problem uriTooLong(int bytesMax) {
    return new Problem(
        414,
        "uri_too_long",
        "The URI is too long",
        "at most " + bytesMax + " bytes are taken",
        List.of());
  }

  /** 431: the headers are too long. */
  static Problem headersTooLong(int bytesMax) {
    return new Problem(
        431,
        "headers_too_long",
        "The headers are too long",
        "at most " + bytesMax + " bytes are taken",
        List.of());
  }

  /** The {@code instance} of what was sent and has no path that could be read. */
  static String instanceOfNothing(String traceId) {
    return "urn:tidegate:request:" + traceId;
  }

  /** 415: the body is of a kind that is not taken here. */
  public static Problem unsupportedMediaType(String wanted) {
    return new Problem(
        415,
        "unsupported_media_type",
        "The body is of another kind",
        "Content-Type must be " + wanted,
        List.of());
  }

  /** 422: the same key came with another command. */
  public static Problem keyReused() {
    return new Problem(
        422,
        "key_reused",
        "The Idempotency-Key was used for something else",
        "Send a new key for a new command",
        List.of());
  }

  /** 428: If-Match is needed here. */
  public static Problem preconditionRequired() {
    return new Problem(
        428, "precondition_required", "If-Match is needed", "Send the ETag you read", List.of());
  }

  /** 429: too many requests of this caller. */
  public static Problem rateLimited(long retryAfterSeconds) {
    return new Problem(429, "rate_limited", "Too many requests", null, List.of())
        .retryAfterSeconds(retryAfterSeconds);
  }

  /** 503: not now; nothing was done. */
  public static Problem overloaded(long retryAfterSeconds) {
    return new Problem(503, "overloaded", "Too much to do just now", "Nothing was done", List.of())
        .retryAfterSeconds(retryAfterSeconds);
  }

  /** 503 with a code of its own: a part is away; nothing was done. */
  public static Problem unavailable(String code, String title, long retryAfterSeconds) {
    return of(503, code, title).retryAfterSeconds(retryAfterSeconds);
  }

  /** 500: our fault; details are in the log under the trace id. */
  static Problem internal() {
    return new Problem(500, "internal", "Something went wrong here", null, List.of());
  }

  /** A refusal with a status that has no factory of its own. */
  static Problem of(int status, String code, String title) {
    return new Problem(status, code, title, null, List.of());
  }

  /** Adds a header to the answer. */
  public Problem header(String name, String value) {
    headers.add(name);
    headers.add(value);
    return this;
  }

  /** Adds {@code Retry-After}. */
  public Problem retryAfterSeconds(long seconds) {
    header("Retry-After", Long.toString(seconds));
    return with(json -> json.field("retryAfter", seconds));
  }

  /** Adds a member to the answer, such as {@code current}; the writer writes name and value. */
  public Problem with(Consumer<JsonWriter> member) {
    members.add(member);
    return this;
  }

  /** The status of the answer. */
  public int status() {
    return status;
  }

  /** The stable code. */
  public String code() {
    return code;
  }

  /** What is wrong, part by part. */
  public List<FieldError> errors() {
    return errors;
  }

  /** This refusal with its JSON written, for one that is given often; it must not change again. */
  public PreparedProblem prepared() {
    return new PreparedProblem(this);
  }

  /** This refusal as an answer. */
  Reply reply(@Nullable String instance, String traceId) {
    var json = new JsonWriter(512);
    json.beginObject();
    json.field("type", "urn:tidegate:problem:" + code);
    json.field("title", title);
    json.field("status", status);
    json.fieldIfPresent("detail", detail);
    json.fieldIfPresent("instance", instance);
    json.field("code", code);
    json.field("traceId", traceId);
    if (!errors.isEmpty()) {
      write(json.name("errors"), errors);
    }
    members.forEach(member -> member.accept(json));
    json.endObject();
    return reply(json.toBytes());
  }

  /** What is wrong, part by part, as an array. */
  public static void write(JsonWriter json, List<FieldError> errors) {
    json.beginArray();
    for (FieldError error : errors) {
      json.beginObject()
          .field("pointer", error.pointer())
          .field("detail", error.detail())
          .endObject();
    }
    json.endArray();
  }

  /** The answer that has this body. */
  Reply reply(byte[] body) {
    Reply reply = Reply.bytes(status, "application/problem+json", body);
    for (int i = 0; i < headers.size(); i += 2) {
      reply.header(headers.get(i), headers.get(i + 1));
    }
    return reply;
  }
}
