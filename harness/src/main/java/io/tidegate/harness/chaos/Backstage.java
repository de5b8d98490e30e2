package io.tidegate.harness.chaos;

import io.tidegate.harness.simulators.SandboxSignature;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the simulated providers do of their own accord, when a race has them do it. */
final class Backstage {
  private final HttpDoor door;
  private final Arena.Ground ground;
  private final SandboxSignature signature;

  /** A node of the shop, as providers reach it. */
  enum Node {
    A,
    B
  }

  /**
   * @param door any; only its connections are used
   */
  Backstage(HttpDoor door, Arena.Ground ground) {
    this.door = door;
    this.ground = ground;
    this.signature = new SandboxSignature(ground.secret());
  }

  private URI api(Node node) {
    return switch (node) {
      case A -> ground.apiA();
      case B -> ground.apiB();
    };
  }

  /**
   * The provider tells a node of a capture once more, whatever it told before. Not yet: the node
   * did not acknowledge it.
   *
   * @param traceparent that the node hears beside it
   */
  Answer tell(Node node, Provider provider, String payment, String traceparent)
      throws InterruptedException {
    String body =
        JsonMapper.shared()
            .createObjectNode()
            .put("to", api(node) + "/v1/callbacks/" + provider.wire())
            .put("traceparent", traceparent)
            .toString();
    return switch (provoked(payment, "tell", body)) {
      case Answer.Done(int _, JsonNode told, boolean _)
          when !told.path("acknowledged").asBoolean(false) ->
          new Answer.NotYet("it is not acknowledged");
      case Answer other -> other;
    };
  }

  /** The provider takes the money of a payment that is closed there, and tells nobody. */
  Answer take(String payment) throws InterruptedException {
    return provoked(payment, "take", "{}");
  }

  private Answer provoked(String payment, String what, String body) throws InterruptedException {
    return door.sent(
        HttpRequest.newBuilder(URI.create(ground.simulators() + "/cashier/" + payment + "/" + what))
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** Opens a payment at the sandbox before its order has one: what the shop says later is known. */
  void open(String payment, long amount) throws ChaosFailure, InterruptedException {
    String path = "/sandbox/payments";
    byte[] body =
        JsonMapper.shared()
            .createObjectNode()
            .put("merchant", "tidegate-demo")
            .put("payment", payment)
            .put("amount", amount)
            .put("currency", "CNY")
            .put("subject", "a race")
            .put("notifyUrl", ground.apiA() + "/v1/callbacks/sandbox")
            .put("expiresAt", Instant.now().plus(Duration.ofHours(1)).toString())
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    String timestamp = Long.toString(Instant.now().getEpochSecond());
    Answer answer =
        door.sent(
            HttpRequest.newBuilder(URI.create(ground.simulators() + path))
                .header("Sandbox-Timestamp", timestamp)
                .header("Sandbox-Signature", signature.ofRequest("POST", path, timestamp, body))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    if (!(answer instanceof Answer.Done)) {
      throw new ChaosFailure("the provider does not open " + payment + ": " + answer);
    }
  }

  /** A trade begins at Alipay when its code is scanned: before that nobody can close it there. */
  void scan(Journey journey) throws ChaosFailure, InterruptedException {
    if (journey.provider() != Provider.ALIPAY) {
      return;
    }
    String code = ground.simulators() + "/alipay/qr/" + Arena.payment(journey);
    Answer answer = door.sent(HttpRequest.newBuilder(URI.create(code)).GET());
    if (!(answer instanceof Answer.Done)) {
      throw new ChaosFailure(journey + ": its code can't be scanned: " + answer);
    }
  }
}
