package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.payment.PaymentProvider.Notice;
import io.tidegate.shop.payment.PaymentProvider.Reading;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Alipay's notices: signed forms about a trade, whatever happened to it. */
final class AlipayNotices {

  /** Alipay repeats a notice for 25 hours; what is older comes from somebody else. */
  static final Duration AGE_MAX = Duration.ofHours(26);

  /** How far its clock may be before ours. */
  private static final Duration AHEAD_MAX = Duration.ofMinutes(5);

  /** What a kept notice shows: nothing of who paid, and no signature. */
  static final Set<String> SHOWN =
      Set.of(
          "app_id",
          "charset",
          "gmt_close",
          "gmt_create",
          "gmt_payment",
          "gmt_refund",
          "notify_id",
          "notify_time",
          "notify_type",
          "out_biz_no",
          "out_trade_no",
          "receipt_amount",
          "refund_fee",
          "seller_id",
          "sign_type",
          "total_amount",
          "trade_no",
          "trade_status",
          "version");

  /** What a trade is of which money went back: some of it, or all. */
  private static final Set<String> BACK = Set.of("TRADE_SUCCESS", "TRADE_FINISHED", "TRADE_CLOSED");

  private final AlipayGateway gateway;

  AlipayNotices(AlipayGateway gateway) {
    this.gateway = gateway;
  }

  /** Its form is read once: what is kept of it is made of the same fields. */
  Reading read(byte[] body, Instant now) {
    Map<String, String> fields;
    try {
      fields = FormText.read(new String(body, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException _) {
      return new Reading(
          new Notice.Rejected("unreadable: no form"), () -> NoticeMask.unreadable(body));
    }
    return new Reading(notice(fields, now), () -> NoticeMask.form(fields, SHOWN));
  }

  private Notice notice(Map<String, String> fields, Instant now) {
    if (!AlipayGateway.RSA2.equals(fields.get("sign_type"))) {
      return new Notice.Rejected("unsigned, or signed another way");
    }
    if (!"utf-8".equalsIgnoreCase(fields.getOrDefault("charset", "utf-8"))) {
      return new Notice.Rejected("another charset");
    }
    if (!gateway.verifies(fields)) {
      return new Notice.Rejected("wrong signature");
    }
    try {
      return verified(fields, now);
    } catch (DateTimeException | IllegalArgumentException e) {
      return new Notice.Rejected("unreadable: " + e.getClass().getSimpleName());
    }
  }

  /** It is Alipay's; whether it is for us, and what it says, is looked at here. */
  private Notice verified(Map<String, String> fields, Instant now) {
    Instant sent = AlipayGateway.time(text(fields, "notify_time"));
    if (sent.isBefore(now.minus(AGE_MAX)) || sent.isAfter(now.plus(AHEAD_MAX))) {
      return new Notice.Rejected("stale");
    }
    Optional<PaymentId> payment = PaymentId.parse(text(fields, "out_trade_no"));
    if (payment.isEmpty()) {
      return new Notice.Foreign("no payment of ours");
    }
    AlipayAccount account = gateway.account();
    boolean ours =
        account.appId().equals(text(fields, "app_id"))
            && account.sellerId().equals(text(fields, "seller_id"));
    PaymentId id = payment.get();
    if (has(fields, "gmt_refund") || has(fields, "refund_fee")) {
      // It has the status of its trade, and is never a second payment.
      return ours
          ? Notice.ofRefund(id, text(fields, "out_biz_no"), saysBack(fields))
          : new Notice.Foreign("not for this merchant");
    }
    return switch (text(fields, "trade_status")) {
      case "TRADE_SUCCESS", "TRADE_FINISHED" -> {
        Capture capture = capture(id, fields);
        yield ours ? new Notice.Verified(capture) : new Notice.Misdirected(capture);
      }
      case "TRADE_CLOSED" ->
          ours ? new Notice.Failed(id) : new Notice.Foreign("not for this merchant");
      case "WAIT_BUYER_PAY" ->
          ours
              ? new Notice.Noted(id, "that a trade was begun")
              : new Notice.Foreign("not for this merchant");
      default -> new Notice.Noted(id, "a status that is not known");
    };
  }

  /**
   * Whether it is what Alipay sends when money went back, and nothing else. Money that a bank sent
   * back to Alipay is told in other fields.
   */
  private static boolean saysBack(Map<String, String> fields) {
    return text(fields, "notify_type").equals("trade_status_sync")
        && BACK.contains(text(fields, "trade_status"))
        && isTime(text(fields, "gmt_refund"))
        && fields.keySet().stream()
            .filter(name -> name.startsWith("dback_") || name.equals("refund_status"))
            .noneMatch(name -> has(fields, name));
  }

  private static boolean isTime(String text) {
    try {
      AlipayGateway.time(text);
      return true;
    } catch (DateTimeException _) {
      return false;
    }
  }

  private static Capture capture(PaymentId id, Map<String, String> fields) {
    return capture(
        id, text(fields, "trade_no"), text(fields, "total_amount"), text(fields, "gmt_payment"));
  }

  /**
   * A capture in Alipay's words.
   *
   * @throws IllegalArgumentException or {@link DateTimeException} where a word is none of its
   */
  static Capture capture(PaymentId id, String trade, String amount, String at) {
    if (!trade.matches("[0-9A-Za-z]{1,64}")) {
      throw new IllegalArgumentException("no trade");
    }
    Money taken = Yuan.money(amount);
    if (taken.amount() <= 0) {
      throw new IllegalArgumentException("no amount");
    }
    return new Capture(id, AlipayClient.NAME, trade, taken, AlipayGateway.time(at));
  }

  private static boolean has(Map<String, String> fields, String name) {
    return !text(fields, name).isEmpty();
  }

  /** An empty field is in no signature, so anybody could have added it: it is none. */
  private static String text(Map<String, String> fields, String name) {
    String value = fields.getOrDefault(name, "");
    return value.isBlank() ? "" : value;
  }
}
