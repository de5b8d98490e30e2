package io.tidegate.platform.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.trace.TraceContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/** One request, read strictly: whatever is wrong with it becomes a {@link Problem}. */
public final class Request {
  /** The most elements of a page. */
  public static final int LIMIT_MAX = 100;

  /** The elements of a page where the client does not say. */
  public static final int LIMIT_DEFAULT = 20;

  static final int QUERY_PAIRS_MAX = 32;
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");
  private static final HeaderName TRACEPARENT = HeaderNames.create("traceparent");

  private final ServerRequest http;
  private final Route route;
  private final List<String> pathValues;
  private final Map<String, String> query;
  private final BodyReader bodies;
  private final TraceContext trace;
  private final long deadlineNanos;
  private @Nullable Caller caller;
  private byte @Nullable [] body;

  Request(
      ServerRequest http,
      Router.Match.Found match,
      Map<String, String> query,
      BodyReader bodies,
      TraceContext trace,
      long deadlineNanos) {
    this.http = http;
    this.route = match.route();
    this.pathValues = match.values();
    this.query = query;
    this.bodies = bodies;
    this.trace = trace;
    this.deadlineNanos = deadlineNanos;
  }

  static TraceContext traceOf(ServerRequest http) {
    return TraceContext.of(traceparent(http));
  }

  /** The header that names the caller's trace, as it was sent. */
  static @Nullable String traceparent(ServerRequest http) {
    return http.headers().first(TRACEPARENT).orElse(null);
  }

  void caller(Caller verified) {
    this.caller = verified;
  }

  /** Who asks; a route that is open or raw has no caller and must not ask for one. */
  public Caller caller() {
    Caller known = caller;
    if (known == null) {
      throw new IllegalStateException(route + " has no caller");
    }
    return known;
  }

  /** GET, POST, PUT, DELETE; HEAD is answered as GET. */
  public String method() {
    return http.prologue().method().text();
  }

  /** The path as it was sent, without the query. */
  public String path() {
    return http.prologue().uriPath().rawPath();
  }

  /** The query as it was sent, without the question mark; empty where there is none. */
  public String rawQuery() {
    return http.query().rawValue();
  }

  /** The template of the route. */
  public String template() {
    return route.template();
  }

  /**
   * The value of a parameter of the path.
   *
   * @throws Problem 404 when it is not well-formed text: nothing has such a name
   */
  public String path(String name) {
    int at = route.parameterIndex(name);
    if (at < 0) {
      throw new IllegalArgumentException(route + " has no parameter " + name);
    }
    String value = UrlText.decode(pathValues.get(at), false);
    if (value == null) {
      throw Problem.notFound();
    }
    return value;
  }

  /**
   * A parameter of the path that is the digits of a positive number.
   *
   * @throws Problem 404 when it is anything else
   */
  public long pathNumber(String name) {
    long number = number(path(name));
    if (number == 0) {
      throw Problem.notFound();
    }
    return number;
  }

  /** The positive number that a text writes in digits; 0 when it is none. */
  static long number(String digits) {
    if (digits.isEmpty() || digits.length() > 19 || digits.charAt(0) == '0') {
      return 0;
    }
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return 0;
      }
      number = number * 10 + (c - '0');
    }
    return Math.max(number, 0);
  }

  /** A query parameter that the route declared; null when it was not sent. */
  public @Nullable String query(String name) {
    if (!route.query().contains(name)) {
      throw new IllegalArgumentException(route + " does not declare the parameter " + name);
    }
    return query.get(name);
  }

  Map<String, String> queryPairs() {
    return query;
  }

  /** How many elements a page may have: {@code limit}, 1 to 100, 20 when not sent. */
  public int limit() {
    String text = query("limit");
    if (text == null) {
      return LIMIT_DEFAULT;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= LIMIT_MAX && text.charAt(0) != '+') {
        return limit;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw Problem.invalid("?limit", "must be an integer from 1 to " + LIMIT_MAX);
  }

  /** What list this is: the route, the caller and every filter; cursors are good for one only. */
  String listName() {
    var name = new StringBuilder(route.template());
    Caller known = caller;
    if (known != null) {
      name.append('\n').append(known.kind()).append(known.subject());
    }
    var filters = new TreeMap<String, String>(query);
    filters.remove("limit");
    filters.remove("after");
    filters.forEach((key, value) -> name.append('\n').append(key).append('\0').append(value));
    return name.toString();
  }

  /** The first value of a header; null when it was not sent. */
  public @Nullable String header(String name) {
    return http.headers().first(HeaderNames.create(name)).orElse(null);
  }

  /** The value of a cookie; null when it was not sent. */
  public @Nullable String cookie(String name) {
    return http.headers().cookies().first(name).orElse(null);
  }

  /** The address of the other end of the connection: the client, or a proxy before it. */
  public String peer() {
    return http.remotePeer().host();
  }

  /**
   * The body, as it was sent.
   *
   * @throws Problem 413 when it is too long
   */
  public byte[] body() {
    byte[] read = body;
    if (read == null) {
      read = bodies.read(http, path(), traceId());
      body = read;
    }
    return read;
  }

  /**
   * The body as a JSON object. Clients that name no type, or the one that theirs names when nobody
   * asked, are taken at the route's word.
   *
   * @throws Problem 400 when it is none, 413 when it is too long, 415 when it says that it is
   *     something else
   */
  public Fields json() {
    requireJson();
    return StrictJson.read(body());
  }

  /**
   * The body as JSON's tokens, for bodies of thousands of small things. Only text and form of JSON
   * are checked; what {@link #json} says decides where anything is odd.
   *
   * @throws Problem as {@link #json} does
   */
  public JsonParser jsonTokens() {
    requireJson();
    return StrictJson.parser(body());
  }

  private void requireJson() {
    String type = contentType();
    if (!type.isEmpty() && !type.equals(FORM)) {
      requireType("application/json");
    }
  }

  /** The body as the fields of a form. */
  public Form form() {
    requireType(FORM);
    try {
      String text =
          StandardCharsets.US_ASCII.newDecoder().decode(ByteBuffer.wrap(body())).toString();
      return Form.read(text);
    } catch (CharacterCodingException e) {
      throw Problem.invalid("The form is not percent-encoded");
    }
  }

  private String contentType() {
    return http.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
  }

  private void requireType(String wanted) {
    String type = contentType();
    if (type.equals(wanted)) {
      return;
    }
    int semicolon = type.indexOf(';');
    String plain = semicolon < 0 ? type : type.substring(0, semicolon);
    if (!plain.trim().equalsIgnoreCase(wanted)) {
      throw Problem.unsupportedMediaType(wanted);
    }
  }

  /**
   * The Idempotency-Key of this request, within its caller and route.
   *
   * @throws Problem 400 when it is missing or malformed
   */
  public IdempotencyKey idempotencyKey() {
    if (!http.headers().contains(IDEMPOTENCY_KEY)) {
      throw IdempotencyKey.bad("is required here");
    }
    Header header = http.headers().get(IDEMPOTENCY_KEY);
    if (header.valueCount() > 1) {
      throw IdempotencyKey.bad("comes more than once");
    }
    String key = IdempotencyKey.parse(header.get());
    Caller who = caller();
    return IdempotencyKey.of(
        who.kind() + ":" + who.subject(), route.method() + " " + route.template(), key);
  }

  /** The id under which logs and problems name this request: 32 hex digits. */
  public String traceId() {
    return trace.traceId();
  }

  /** The W3C trace context, for messages. */
  public String traceparent() {
    return trace.traceparent();
  }

  /** When the client stops waiting, by {@link System#nanoTime}. */
  public long deadlineNanos() {
    return deadlineNanos;
  }
}
