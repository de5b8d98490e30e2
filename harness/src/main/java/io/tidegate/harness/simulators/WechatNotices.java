package io.tidegate.harness.simulators;

import java.net.URI;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Simulated WeChat Pay's notices: JSON with an encrypted heart, each try signed anew. */
final class WechatNotices implements Notices {
  private final WechatSigning signing;
  private final InstantSource clock;

  WechatNotices(RsaKeys keys, InstantSource clock) {
    this.signing = new WechatSigning(keys, clock);
    this.clock = clock;
  }

  private record Style(WechatSigning signing, boolean forged) implements NoticeStyle {
    @Override
    public String headers(byte[] body) {
      StringBuilder lines = new StringBuilder("Content-Type: application/json\r\n");
      signing
          .headers(body, forged)
          .forEach((name, value) -> lines.append(name).append(": ").append(value).append("\r\n"));
      return lines.toString();
    }

    @Override
    public boolean acknowledges(int status, ByteBuffer answer) {
      return status == 200 || status == 204;
    }
  }

  /** It says nothing of a payment that nobody paid. */
  @Override
  public @Nullable Notice of(Payment payment, boolean wrongAmount, boolean forged) {
    if (!(payment.fate() instanceof Payment.Captured)) {
      return null;
    }
    ObjectNode inside = trade(payment, payment.amount() + (wrongAmount ? 1 : 0));
    return notice(payment, "TRANSACTION.SUCCESS", "transaction", inside, forged);
  }

  /** Tells of a refund that reached the customer. */
  Notice ofRefund(Payment payment, Refund refund) {
    ObjectNode inside =
        Json.object()
            .put("mchid", WechatSigning.MERCHANT_ID)
            .put("out_trade_no", payment.id())
            .put("out_refund_no", refund.id())
            .put("refund_status", "SUCCESS")
            .put("success_time", WechatSigning.time(refund.succeedsMillis()))
            .put("user_received_account", "零钱");
    inside
        .putObject("amount")
        .put("total", payment.amount())
        .put("refund", refund.amount())
        .put("payer_total", payment.amount())
        .put("payer_refund", refund.amount());
    return notice(payment, "REFUND.SUCCESS", "refund", inside, false);
  }

  /** A trade as queries and notices tell it. */
  static ObjectNode trade(Payment payment, long amount) {
    ObjectNode json =
        Json.object()
            .put("appid", WechatSigning.APP_ID)
            .put("mchid", WechatSigning.MERCHANT_ID)
            .put("out_trade_no", payment.id());
    json.putObject("amount")
        .put("total", amount)
        .put("payer_total", amount)
        .put("currency", payment.currency())
        .put("payer_currency", payment.currency());
    return switch (payment.fate()) {
      case Payment.Pending _ -> json.put("trade_state", "NOTPAY");
      case Payment.Closed _ -> json.put("trade_state", "CLOSED");
      case Payment.Captured captured -> {
        json.putObject("payer").put("openid", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o");
        yield json.put("trade_state", "SUCCESS")
            .put("trade_type", "NATIVE")
            .put("transaction_id", WechatSigning.transaction(captured))
            .put("bank_type", "OTHERS")
            .put("success_time", WechatSigning.time(captured.atMillis()));
      }
    };
  }

  private Notice notice(
      Payment payment, String event, String type, ObjectNode inside, boolean forged) {
    String id = "N" + Long.toHexString(clock.millis()) + payment.id();
    ObjectNode json =
        Json.object()
            .put("id", id)
            .put("create_time", WechatSigning.time(clock.millis()))
            .put("event_type", event)
            .put("resource_type", "encrypt-resource")
            .put("summary", "模拟");
    json.set("resource", signing.encrypted(type, inside));
    return new Notice(
        id,
        URI.create(payment.notifyUrl()),
        Json.bytes(json),
        new Style(signing, forged),
        new CountDownLatch(1));
  }

  @Override
  public String transaction(Payment payment, Payment.Captured captured) {
    return WechatSigning.transaction(captured);
  }
}
