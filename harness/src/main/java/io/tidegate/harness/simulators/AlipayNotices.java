package io.tidegate.harness.simulators;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Simulated Alipay's notices: forms, signed once and repeated as they are. */
final class AlipayNotices implements Notices {
  private static final ByteBuffer SUCCESS =
      ByteBuffer.wrap("success".getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();

  private static final NoticeStyle STYLE =
      new NoticeStyle() {
        @Override
        public String headers(byte[] body) {
          return "Content-Type: application/x-www-form-urlencoded; text/html; charset=utf-8\r\n";
        }

        @Override
        public boolean acknowledges(int status, ByteBuffer answer) {
          return status == 200 && answer.equals(SUCCESS);
        }
      };

  private final RsaKeys keys;
  private final InstantSource clock;

  AlipayNotices(RsaKeys keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  @Override
  public Notice of(Payment payment, boolean wrongAmount, boolean forged) {
    long amount = payment.amount() + (wrongAmount ? 1 : 0);
    return notice(payment, amount, null, false, forged);
  }

  /**
   * Tells of a refund: with the status of its trade, as Alipay does.
   *
   * @param all whether nothing of the trade is left
   */
  Notice ofRefund(Payment payment, Refund refund, boolean all) {
    return notice(payment, payment.amount(), refund, all, false);
  }

  private Notice notice(
      Payment payment, long amount, @Nullable Refund refund, boolean all, boolean forged) {
    long now = clock.millis();
    TreeMap<String, String> fields = new TreeMap<>();
    fields.put("notify_time", AlipayForm.time(now));
    fields.put("notify_type", "trade_status_sync");
    fields.put("app_id", AlipayRoutes.APP_ID);
    fields.put("auth_app_id", AlipayRoutes.APP_ID);
    fields.put("seller_id", AlipayRoutes.SELLER_ID);
    fields.put("charset", "utf-8");
    fields.put("version", "1.0");
    fields.put("out_trade_no", payment.id());
    fields.put("total_amount", AlipayForm.yuan(amount));
    fields.put("gmt_create", AlipayForm.time(payment.createdMillis()));
    // Who paid: a shop that keeps it has a fault.
    fields.put("buyer_id", "2088999999999999");
    fields.put("buyer_logon_id", "138****0000");
    switch (payment.fate()) {
      case Payment.Captured captured -> {
        fields.put("trade_no", AlipayForm.trade(captured));
        fields.put("trade_status", all ? "TRADE_CLOSED" : "TRADE_SUCCESS");
        fields.put("gmt_payment", AlipayForm.time(captured.atMillis()));
        fields.put("buyer_pay_amount", AlipayForm.yuan(amount));
        fields.put("receipt_amount", AlipayForm.yuan(amount));
      }
      case Payment.Closed(long at) -> {
        fields.put("trade_no", "CLOSED" + payment.createdMillis());
        fields.put("trade_status", "TRADE_CLOSED");
        fields.put("gmt_close", AlipayForm.time(at));
      }
      case Payment.Pending _ -> throw new IllegalArgumentException("nothing to tell");
    }
    if (refund != null) {
      fields.put("out_biz_no", refund.id());
      fields.put("refund_fee", AlipayForm.yuan(refund.amount()));
      fields.put("gmt_refund", AlipayForm.time(refund.succeedsMillis()) + ".000");
    }
    String id = AlipayForm.time(now).substring(0, 10) + "-" + Long.toHexString(fields.hashCode());
    fields.put("notify_id", id);
    String text = AlipayForm.toSign(fields);
    fields.put("sign_type", "RSA2");
    fields.put("sign", forged ? keys.forge(text) : keys.sign(text));
    return new Notice(
        id,
        URI.create(payment.notifyUrl()),
        AlipayForm.write(fields).getBytes(StandardCharsets.UTF_8),
        STYLE,
        new CountDownLatch(1));
  }

  @Override
  public String transaction(Payment payment, Payment.Captured captured) {
    return AlipayForm.trade(captured);
  }
}
