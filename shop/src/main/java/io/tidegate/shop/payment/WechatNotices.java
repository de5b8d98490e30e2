package io.tidegate.shop.payment;

import io.tidegate.shop.payment.PaymentProvider.Notice;
import io.tidegate.shop.payment.PaymentProvider.Reading;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** WeChat Pay's notices: signed JSON, whose heart is encrypted with a key of ours. */
final class WechatNotices {

  /** Each try is signed anew, so that old ones can be told. */
  private static final Duration FRESH_MAX = Duration.ofMinutes(5);

  /** Sent now and then to see whether signatures are looked at. */
  private static final String TEST = "WECHATPAY/SIGNTEST/";

  /** What a kept notice shows: nothing of who paid, and nothing that is encrypted. */
  private static final Set<String> SHOWN =
      Set.of(
          "algorithm",
          "appid",
          "create_time",
          "currency",
          "event_type",
          "id",
          "mchid",
          "original_type",
          "out_refund_no",
          "out_trade_no",
          "refund",
          "refund_id",
          "refund_status",
          "resource_type",
          "success_time",
          "total",
          "trade_state",
          "trade_type",
          "transaction_id");

  private static final JsonMapper JSON = JsonMapper.shared();

  private final WechatGateway gateway;

  WechatNotices(WechatGateway gateway) {
    this.gateway = gateway;
  }

  Reading read(Function<String, @Nullable String> header, byte[] body, Instant now) {
    Optional<Notice.Rejected> refusal = refusal(header, body, now);
    if (refusal.isPresent()) {
      return new Reading(refusal.get(), () -> masked(body));
    }
    try {
      JsonNode notice = JSON.readTree(body);
      JsonNode inside = gateway.decrypted(notice.path("resource"));
      return new Reading(
          verified(notice.path("event_type").asString(""), inside), () -> masked(notice, inside));
    } catch (JacksonException
        | DateTimeException
        | ArithmeticException
        | IllegalArgumentException e) {
      return new Reading(unreadable(e), () -> masked(body));
    }
  }

  private static Notice.Rejected unreadable(RuntimeException e) {
    return new Notice.Rejected("unreadable: " + e.getClass().getSimpleName());
  }

  /** What speaks against it before it is looked into. */
  private Optional<Notice.Rejected> refusal(
      Function<String, @Nullable String> header, byte[] body, Instant now) {
    String signature = header.apply("Wechatpay-Signature");
    if (signature == null) {
      return Optional.of(new Notice.Rejected("unsigned"));
    }
    if (signature.startsWith(TEST)) {
      return Optional.of(new Notice.Rejected("a signature that is a test"));
    }
    if (!gateway.verifies(
        name -> header.apply(wire(name)), new String(body, StandardCharsets.UTF_8))) {
      return Optional.of(new Notice.Rejected("wrong signature"));
    }
    try {
      Instant sent =
          Instant.ofEpochSecond(
              Long.parseLong(String.valueOf(header.apply("Wechatpay-Timestamp"))));
      return Duration.between(sent, now).abs().compareTo(FRESH_MAX) > 0
          ? Optional.of(new Notice.Rejected("stale"))
          : Optional.empty();
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      return Optional.of(unreadable(e));
    }
  }

  /** Headers have no case, but whoever holds them may. */
  private static String wire(String name) {
    return switch (name) {
      case "wechatpay-serial" -> "Wechatpay-Serial";
      case "wechatpay-signature" -> "Wechatpay-Signature";
      case "wechatpay-timestamp" -> "Wechatpay-Timestamp";
      case "wechatpay-nonce" -> "Wechatpay-Nonce";
      default -> name;
    };
  }

  /** It is WeChat Pay's; whether it is for us, and what it says, is looked at here. */
  private Notice verified(String event, JsonNode inside) {
    Optional<PaymentId> payment = PaymentId.parse(inside.path("out_trade_no").asString(""));
    if (payment.isEmpty()) {
      return new Notice.Foreign("no payment of ours");
    }
    PaymentId id = payment.get();
    WechatAccount account = gateway.account();
    boolean merchant = account.merchantId().equals(inside.path("mchid").asString(""));
    if (event.startsWith("REFUND.")) {
      return merchant
          ? Notice.ofRefund(
              id,
              inside.path("out_refund_no").asString(""),
              event.equals("REFUND.SUCCESS")
                  && inside.path("refund_status").asString("").equals("SUCCESS"))
          : new Notice.Foreign("not for this merchant");
    }
    if (!event.equals("TRANSACTION.SUCCESS")
        || !inside.path("trade_state").asString("").equals("SUCCESS")) {
      return new Notice.Noted(id, "an event that is not known");
    }
    Capture capture = WechatClient.capture(id, inside);
    return merchant && account.appId().equals(inside.path("appid").asString(""))
        ? new Notice.Verified(capture)
        : new Notice.Misdirected(capture);
  }

  /** What is encrypted is shown as far as it may be; of what isn't ours, only the outside. */
  private String masked(byte[] body) {
    try {
      JsonNode notice = JSON.readTree(body);
      return masked(notice, gateway.decrypted(notice.path("resource")));
    } catch (JacksonException | IllegalArgumentException _) {
      return NoticeMask.json(body, SHOWN); // its outside, where that can be read
    }
  }

  private static String masked(JsonNode notice, JsonNode inside) {
    if (!(notice instanceof ObjectNode outside
        && outside.path("resource") instanceof ObjectNode resource)) {
      throw new IllegalArgumentException("nothing was decrypted");
    }
    resource.set("inside", inside);
    return NoticeMask.json(outside, SHOWN);
  }
}
