package io.tidegate.harness.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The door over HTTP: the API of one node, and the cashier of the simulated provider. */
final class HttpDoor implements Door, AutoCloseable {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_MAX)
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final URI simulators;
  private final Requests requests;
  private volatile URI api;

  HttpDoor(URI api, URI simulators) {
    this(api, simulators, new Requests());
  }

  /**
   * @param requests counts those to the API, be it beside another node's
   */
  HttpDoor(URI api, URI simulators, Requests requests) {
    this.api = api;
    this.simulators = simulators;
    this.requests = requests;
  }

  /** What the API answered so far. */
  Requests.Told told() {
    return requests.told();
  }

  /** The system may come back at another address. */
  void moved(URI now) {
    api = now;
  }

  /** Requests that were sent and are not answered yet. */
  int inFlight() {
    return inFlight.get();
  }

  @Override
  public Answer send(Journey.Step step, Journey journey) throws InterruptedException {
    Journey.Wish wish = journey.wish();
    String order = "/v1/orders/" + journey.number();
    return switch (step) {
      case PLACE -> post("/v1/orders", wish.token(), wish.key(), body(wish));
      case START_PAYMENT ->
          post(
              order + "/payments",
              wish.token(),
              wish.key() + "-pay-" + journey.paymentTries(),
              journey.provider().starting());
      case PAY -> pay(String.valueOf(journey.payment()));
      case CANCEL -> post(order + "/cancel", wish.token(), null, "{}");
    };
  }

  private static String body(Journey.Wish wish) {
    ObjectNode json = placing(wish.lines());
    if (wish.expectedTotal() != null) {
      json.putObject("expectedTotal").put("amount", wish.expectedTotal()).put("currency", "CNY");
    }
    return json.toString();
  }

  /** The body that asks for these goods, to somewhere. */
  static ObjectNode placing(Map<String, Integer> lines) {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    var items = json.putArray("items");
    lines.forEach((sku, quantity) -> items.addObject().put("sku", sku).put("quantity", quantity));
    json.putObject("address")
        .put("name", "王芳")
        .put("phone", "13800138000")
        .put("region", "330106")
        .put("line", "文三路 1 号");
    return json;
  }

  /** The customer pays at the cashier. One that nobody knows there may yet be opened. */
  Answer pay(String payment) throws InterruptedException {
    Answer answer =
        sent(
            HttpRequest.newBuilder(URI.create(simulators + "/cashier/" + payment + "/pay"))
                .POST(HttpRequest.BodyPublishers.noBody()));
    return switch (answer) {
      case Answer.Done(int _, JsonNode body, boolean _)
          when !body.path("state").asString("").equals("captured") ->
          new Answer.Refused(409, "closed_at_provider");
      case Answer.Refused(int status, String _) when status == 404 ->
          new Answer.NotYet("the provider does not know it");
      case Answer.Done done -> done;
      case Answer.Refused refused -> refused;
      case Answer.NotYet notYet -> notYet;
      case Answer.Unknown unknown -> unknown;
    };
  }

  Answer post(String path, String token, @Nullable String key, String body)
      throws InterruptedException {
    HttpRequest.Builder request = request(path, token);
    if (key != null) {
      request.header("Idempotency-Key", '"' + key + '"');
    }
    return asked(key, request.POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  Answer put(String path, String token, String ifMatch, String body) throws InterruptedException {
    return asked(
        null,
        request(path, token)
            .header("If-Match", ifMatch)
            .PUT(HttpRequest.BodyPublishers.ofString(body)));
  }

  Answer get(String path, String token) throws InterruptedException {
    return asked(null, request(path, token).GET());
  }

  private Answer asked(@Nullable String key, HttpRequest.Builder request)
      throws InterruptedException {
    long begun = System.nanoTime();
    Answer answer = sent(request);
    requests.count(key, answer, Duration.ofNanos(System.nanoTime() - begun));
    return answer;
  }

  private HttpRequest.Builder request(String path, String token) {
    return HttpRequest.newBuilder(URI.create(api + path))
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json");
  }

  /** Sends any request and says what it came to. */
  Answer sent(HttpRequest.Builder request) throws InterruptedException {
    inFlight.incrementAndGet();
    try {
      HttpResponse<byte[]> response =
          client.send(request.timeout(ANSWER_MAX).build(), HttpResponse.BodyHandlers.ofByteArray());
      return answer(response);
    } catch (IOException e) {
      return new Answer.Unknown(e.getClass().getSimpleName() + ": " + e.getMessage());
    } finally {
      inFlight.decrementAndGet();
    }
  }

  private static Answer answer(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    JsonNode body = json(response.body());
    String code = body.path("code").asString("");
    if (status >= 500 || status == 429 || code.equals("in_progress")) {
      return new Answer.Unknown("status " + status, status);
    }
    if (status >= 400) {
      return new Answer.Refused(status, code);
    }
    boolean replayed = response.headers().firstValue("Idempotent-Replayed").isPresent();
    return new Answer.Done(status, body, replayed);
  }

  private static JsonNode json(byte[] body) {
    try {
      return JsonMapper.shared().readTree(body);
    } catch (JacksonException e) {
      // Providers are answered in plain text.
      return JsonMapper.shared()
          .createObjectNode()
          .put("text", new String(body, StandardCharsets.UTF_8));
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
