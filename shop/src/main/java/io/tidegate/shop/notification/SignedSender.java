package io.tidegate.shop.notification;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.SignedCalls;
import io.tidegate.platform.http.SignedCalls.Answer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A system outside that sends messages to customers, signed both ways; {@code
 * docs/openapi/notification.json} has the form. It takes a message's name once.
 */
public final class SignedSender implements MessageSender {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final SignedCalls calls;

  public SignedSender(SignedCalls calls) {
    this.calls = calls;
  }

  @Override
  public SendResult send(OutgoingMessage message) {
    byte[] body =
        new JsonWriter(256)
            .beginObject()
            .field("type", "message.send")
            .field("message", message.id())
            .field("channel", message.channel().code())
            .field("to", message.to())
            .field("text", message.text())
            .endObject()
            .toBytes();
    return switch (calls.ask(message.id(), body)) {
      case Answer.Said(byte[] json) -> said(json);
      case Answer.NotAsked(String why) -> new SendResult.NotTried(why);
      case Answer.NotReached(String why) -> new SendResult.NotDone(why);
      case Answer.Unknown(String why) -> new SendResult.Unknown(why);
    };
  }

  private static SendResult said(byte[] json) {
    JsonNode read;
    try {
      read = MAPPER.readTree(json);
    } catch (JacksonException _) {
      return new SendResult.Unknown("unreadable");
    }
    return switch (read.path("state").asString("")) {
      case "accepted" -> new SendResult.Accepted();
      case "refused" -> new SendResult.Rejected(why(read.path("why").asString("")));
      default -> new SendResult.Unknown("unreadable");
    };
  }

  /** Only a code: any other text may have a phone number in it. */
  private static String why(String text) {
    return SignedCalls.isCode(text) ? text : "refused";
  }
}
