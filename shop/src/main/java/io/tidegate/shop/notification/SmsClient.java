package io.tidegate.shop.notification;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.OutboundAnswer;
import io.tidegate.platform.http.OutboundProvider;
import io.tidegate.platform.http.OutboundRequest;
import java.util.Locale;

/** The provider of SMS and push messages; it takes a message id once. */
public final class SmsClient implements MessageSender {

  private static final String PATH = "/sms/messages";
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int REQUEST_TIMEOUT = 408;

  private final OutboundProvider provider;

  public SmsClient(OutboundProvider provider) {
    this.provider = provider;
  }

  @Override
  public SendResult send(OutgoingMessage message) {
    byte[] body =
        new JsonWriter(256)
            .beginObject()
            .field("message", message.id())
            .field("channel", message.channel().code())
            .field("to", message.to())
            .field("text", message.text())
            .endObject()
            .toBytes();
    return switch (provider.call(OutboundRequest.postOnce(PATH, body))) {
      case OutboundAnswer.Answered answered -> result(answered);
      case OutboundAnswer.NotSent notSent ->
          switch (notSent.why()) {
            case BUSY, CIRCUIT_OPEN, STOPPING -> new SendResult.NotTried(code(notSent.why()));
            case NO_CONNECTION -> new SendResult.NotDone(code(notSent.why()));
          };
      case OutboundAnswer.Unknown(var why) -> new SendResult.Unknown(code(why));
    };
  }

  private static SendResult result(OutboundAnswer.Answered answered) {
    if (answered.isSuccess()) {
      return new SendResult.Accepted();
    }
    int status = answered.status();
    String why = "status_" + status;
    boolean isFinal =
        status >= 400 && status < 500 && status != TOO_MANY_REQUESTS && status != REQUEST_TIMEOUT;
    return isFinal ? new SendResult.Rejected(why) : new SendResult.NotDone(why);
  }

  private static String code(Enum<?> why) {
    return why.name().toLowerCase(Locale.ROOT);
  }
}
