package io.tidegate.platform.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The answer to a request: status, headers and a body, or a stream of events. */
public final class Reply {
  private static final byte[] NOTHING = {};
  private static final int JSON_BYTES_GUESS = 1_024;

  private final int status;
  private final @Nullable String contentType;
  private final byte[] body;
  private final @Nullable SseHandler stream;
  private @Nullable List<String> headers;

  private Reply(
      int status, @Nullable String contentType, byte[] body, @Nullable SseHandler stream) {
    this.status = status;
    this.contentType = contentType;
    this.body = body;
    this.stream = stream;
  }

  /** A JSON body, written at once. */
  public static Reply json(int status, Consumer<JsonWriter> body) {
    var json = new JsonWriter(JSON_BYTES_GUESS);
    body.accept(json);
    return json(status, json.toBytes());
  }

  /** A JSON body that exists already. */
  public static Reply json(int status, byte[] json) {
    return new Reply(status, "application/json", json, null);
  }

  /** 204. */
  public static Reply noContent() {
    return empty(204);
  }

  /** A status without a body. */
  public static Reply empty(int status) {
    return new Reply(status, null, NOTHING, null);
  }

  /** Plain text. */
  public static Reply text(int status, String text) {
    return bytes(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  /** A page. */
  public static Reply html(int status, String html) {
    return bytes(status, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
  }

  /** 303: look there now. */
  public static Reply seeOther(String location) {
    return empty(303).header("Location", location);
  }

  /** Any body. */
  public static Reply bytes(int status, String contentType, byte[] body) {
    return new Reply(status, contentType, body, null);
  }

  /**
   * A stream of server-sent events; it ends when the handler returns, the client goes or the server
   * stops.
   */
  public static Reply sse(SseHandler handler) {
    return new Reply(200, "text/event-stream", NOTHING, handler);
  }

  /** Adds a header; a value with a line break or another control character is refused. */
  public Reply header(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < ' ' || value.charAt(i) == 0x7f) {
        throw new IllegalArgumentException("control character in header " + name);
      }
    }
    List<String> all = headers;
    if (all == null) {
      all = new ArrayList<>(4);
      headers = all;
    }
    all.add(name);
    all.add(value);
    return this;
  }

  /** Says that this is the stored answer of an earlier request with the same key. */
  public Reply replayed() {
    return header("Idempotent-Replayed", "true");
  }

  public int status() {
    return status;
  }

  public @Nullable String contentType() {
    return contentType;
  }

  /** The body itself, not a copy. */
  public byte[] body() {
    return body;
  }

  @Nullable SseHandler stream() {
    return stream;
  }

  /** Names and values in turn. */
  List<String> headers() {
    List<String> all = headers;
    return all == null ? List.of() : all;
  }
}
