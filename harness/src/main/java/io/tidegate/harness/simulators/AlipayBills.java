package io.tidegate.harness.simulators;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Simulated Alipay's statements: a ZIP with a day's trades and their sums, CSV in GBK. Unlike
 * Alipay it has one of today, so that a demo can be reconciled at once.
 */
final class AlipayBills {
  private static final Charset GBK = Charset.forName("GBK");

  /** An address lives so long. */
  private static final long ADDRESS_MILLIS = 30_000;

  private static final String COLUMNS =
      "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,"
          + "订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,"
          + "券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,"
          + "分润（元）,备注";

  private final SandboxBook book;
  private final InstantSource clock;
  private final Remembered<Address> addresses = new Remembered<>();

  private record Address(LocalDate day, long untilMillis) {}

  AlipayBills(SandboxBook book, InstantSource clock) {
    this.book = book;
    this.clock = clock;
  }

  /** Opens an address for a day's file; empty where there is none of that day. */
  String token(String date) {
    try {
      LocalDate day = LocalDate.parse(date);
      if (day.isAfter(day(clock.millis()))) {
        return "";
      }
      String token = UUID.randomUUID().toString();
      addresses.put(token, new Address(day, clock.millis() + ADDRESS_MILLIS));
      return token;
    } catch (DateTimeException e) {
      return "";
    }
  }

  private static LocalDate day(long millis) {
    return LocalDate.ofInstant(Instant.ofEpochMilli(millis), AlipayForm.ZONE);
  }

  void send(ServerRequest request, ServerResponse response) throws IOException {
    Optional<Address> address = addresses.get(request.query().first("fileId").orElse(""));
    if (address.isEmpty() || clock.millis() > address.get().untilMillis()) {
      response.status(403).send("this address is no more");
      return;
    }
    LocalDate day = address.get().day();
    String name = AlipayRoutes.SELLER_ID + "0156_" + day.toString().replace("-", "");
    response.header(HeaderNames.CONTENT_TYPE, "application/octet-stream");
    try (OutputStream out = new BufferedOutputStream(response.outputStream());
        ZipOutputStream zip = new ZipOutputStream(out, GBK)) {
      zip.putNextEntry(new ZipEntry(name + "_业务明细.csv"));
      Writer text = new OutputStreamWriter(zip, GBK);
      trades(text, day);
      text.flush();
      zip.closeEntry();
      zip.putNextEntry(new ZipEntry(name + "_业务明细(汇总).csv"));
      text.write("#支付宝业务汇总查询\r\n");
      text.flush();
      zip.closeEntry();
    }
  }

  private void trades(Writer out, LocalDate day) throws IOException {
    long now = clock.millis();
    out.write("#支付宝业务明细查询\r\n#账号：[" + AlipayRoutes.SELLER_ID + "0156]\r\n");
    out.write(
        "#起始日期：["
            + day.toString().replace("-", "年")
            + " 00:00:00]   终止日期：["
            + day.plusDays(1)
            + " 00:00:00]\r\n");
    out.write("#-----------------业务明细列表----------------\r\n" + COLUMNS + "\r\n");
    for (Payment payment :
        book.payments(now).stream().sorted(Comparator.comparing(Payment::id)).toList()) {
      if (payment.fate() instanceof Payment.Captured captured
          && day(captured.atMillis()).equals(day)) {
        row(out, payment, captured, "交易", payment.amount(), captured.atMillis(), "");
      }
    }
    for (Refund refund :
        book.refunds().stream().sorted(Comparator.comparing(Refund::id)).toList()) {
      Payment payment = book.payment(refund.payment(), now).orElse(null);
      if (payment != null
          && payment.fate() instanceof Payment.Captured captured
          && refund.moved(now)
          && day(refund.succeedsMillis()).equals(day)) {
        row(out, payment, captured, "退款", -refund.amount(), refund.succeedsMillis(), refund.id());
      }
    }
    out.write("#-----------------业务明细列表结束------------\r\n#导出时间：[");
    out.write(AlipayForm.time(now) + "]\r\n");
  }

  private static void row(
      Writer out,
      Payment payment,
      Payment.Captured captured,
      String kind,
      long fen,
      long atMillis,
      String refund)
      throws IOException {
    String[] cells = {
      AlipayForm.trade(captured),
      payment.id(),
      kind,
      "商品",
      AlipayForm.time(payment.createdMillis()),
      AlipayForm.time(atMillis),
      "",
      "",
      "",
      "",
      "*户(138****0000)",
      AlipayForm.yuan(fen),
      AlipayForm.yuan(fen),
      "0.00",
      "0.00",
      "0.00",
      "0.00",
      "0.00",
      "",
      "0.00",
      "0.00",
      refund,
      "0.00",
      "0.00",
      ""
    };
    out.write(String.join("\t,", cells) + "\r\n");
  }
}
