package io.tidegate.harness.simulators;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * Simulated WeChat Pay's statements: a day's payments, or its refunds, as CSV with a back-tick
 * before each cell. Unlike WeChat Pay it has those of today, so that a demo can be reconciled at
 * once.
 */
final class WechatBills {
  /** Files that were told and may be fetched: the youngest few. */
  private static final int FILES_MAX = 16;

  private static final String COMMON =
      "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行," + "货币种类,应结订单金额,代金券金额,";
  private static final String PAYMENTS = COMMON + "商品名称,商户数据包,手续费,费率,订单金额,费率备注";
  private static final String REFUNDS =
      COMMON
          + "退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,"
          + "商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
  private static final String SUMS = "总交易单数,应结订单总金额,退款总金额\r\n";

  private final SandboxBook book;
  private final InstantSource clock;
  private final Supplier<String> baseUrl;
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  WechatBills(SandboxBook book, InstantSource clock, Supplier<String> baseUrl) {
    this.book = book;
    this.clock = clock;
    this.baseUrl = baseUrl;
  }

  /** Tells where a day's file is; empty where nothing of its kind moved on that day. */
  Optional<ObjectNode> open(String date, String type) {
    LocalDate day;
    try {
      day = LocalDate.parse(date);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder();
    switch (type) {
      case "SUCCESS" -> payments(text, day);
      case "REFUND" -> refunds(text, day);
      default -> {}
    }
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String header = type.equals("REFUND") ? REFUNDS : PAYMENTS;
    byte[] file =
        ("\uFEFF" + header + "\r\n" + text + SUMS + "`0,`0.00,`0.00\r\n")
            .getBytes(StandardCharsets.UTF_8);
    String token = UUID.randomUUID().toString();
    keep(token, file);
    return Optional.of(
        Json.object()
            .put("hash_type", "SHA1")
            .put("hash_value", sha1(file))
            .put("download_url", baseUrl.get() + "/wechat/v3/billdownload/file?token=" + token));
  }

  private synchronized void keep(String token, byte[] file) {
    files.put(token, file);
    if (files.size() > FILES_MAX) {
      files.remove(files.keySet().iterator().next());
    }
  }

  synchronized Optional<byte[]> file(String token) {
    return Optional.ofNullable(files.get(token));
  }

  private static boolean on(LocalDate day, long millis) {
    return LocalDate.ofInstant(Instant.ofEpochMilli(millis), AlipayForm.ZONE).equals(day);
  }

  private void payments(StringBuilder text, LocalDate day) {
    List<Payment> all =
        book.payments(clock.millis()).stream().sorted(Comparator.comparing(Payment::id)).toList();
    for (Payment payment : all) {
      if (payment.fate() instanceof Payment.Captured captured && on(day, captured.atMillis())) {
        row(
            text,
            AlipayForm.time(captured.atMillis()),
            common(payment, captured, "SUCCESS"),
            new String[] {"商品", "", "0.00", "0.60%", AlipayForm.yuan(payment.amount()), ""});
      }
    }
  }

  private void refunds(StringBuilder text, LocalDate day) {
    long now = clock.millis();
    List<Refund> all = book.refunds().stream().sorted(Comparator.comparing(Refund::id)).toList();
    for (Refund refund : all) {
      Payment payment = book.payment(refund.payment(), now).orElse(null);
      if (payment != null
          && payment.fate() instanceof Payment.Captured captured
          && refund.moved(now)
          && on(day, refund.succeedsMillis())) {
        String yuan = AlipayForm.yuan(refund.amount());
        row(
            text,
            AlipayForm.time(captured.atMillis()),
            common(payment, captured, "REFUND"),
            new String[] {
              AlipayForm.time(refund.acceptedMillis()),
              AlipayForm.time(refund.succeedsMillis()),
              "5030" + refund.acceptedMillis(),
              refund.id(),
              yuan,
              "0.00",
              "ORIGINAL",
              "SUCCESS",
              "商品",
              "",
              "0.00",
              "0.60%",
              AlipayForm.yuan(payment.amount()),
              yuan,
              ""
            });
      }
    }
  }

  private static String[] common(Payment payment, Payment.Captured captured, String state) {
    return new String[] {
      WechatSigning.APP_ID,
      WechatSigning.MERCHANT_ID,
      "0",
      "",
      WechatSigning.transaction(captured),
      payment.id(),
      "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
      "NATIVE",
      state,
      "OTHERS",
      "CNY",
      AlipayForm.yuan(payment.amount()),
      "0.00"
    };
  }

  private static void row(StringBuilder text, String at, String[] first, String[] second) {
    text.append('`').append(at);
    for (String cell : first) {
      text.append(",`").append(cell);
    }
    for (String cell : second) {
      text.append(",`").append(cell);
    }
    text.append("\r\n");
  }

  private static String sha1(byte[] file) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(file));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
