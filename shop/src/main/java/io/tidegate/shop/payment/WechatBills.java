package io.tidegate.shop.payment;

import io.tidegate.platform.http.OutboundAnswer;
import io.tidegate.platform.http.OutboundProvider;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.payment.WechatGateway.Said;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * WeChat Pay's statements: a day's payments and its refunds, two files of CSV, each checked against
 * the digest that was told for it. Its days are Beijing's.
 */
public final class WechatBills implements StatementSource {

  private static final String TRADE = "微信订单号";
  private static final String NUMBER = "商户订单号";
  private static final String AT = "交易时间";
  private static final String CURRENCY = "货币种类";
  private static final String TOTAL = "订单金额";
  private static final String REFUND = "商户退款单号";
  private static final String REFUNDED_AT = "退款成功时间";
  private static final String REFUNDED = "申请退款金额";
  private static final String REFUND_STATUS = "退款状态";

  /** Begins the sums below the lines. */
  private static final String SUMS = "总交易单数";

  private final WechatGateway gateway;

  /**
   * @param nonces gives a random text at each call
   */
  public WechatBills(
      OutboundProvider calls, WechatAccount account, Supplier<String> nonces, InstantSource clock) {
    this.gateway = new WechatGateway(calls, account, clock, nonces);
  }

  @Override
  public String provider() {
    return WechatClient.NAME;
  }

  /** What a file has. */
  private enum Kind {
    SUCCESS,
    REFUND
  }

  @Override
  public void fetch(LocalDate day, ZoneId zone, Consumer<StatementLine> each) {
    Instant from = day.atStartOfDay(zone).toInstant();
    Instant until = day.plusDays(1).atStartOfDay(zone).toInstant();
    LocalDate first = LocalDate.ofInstant(from, AlipayGateway.ZONE);
    LocalDate last = LocalDate.ofInstant(until.minusNanos(1), AlipayGateway.ZONE);
    for (LocalDate bill = first; !bill.isAfter(last); bill = bill.plusDays(1)) {
      for (Kind kind : Kind.values()) {
        fetch(
            bill,
            kind,
            line -> {
              if (!line.at().isBefore(from) && line.at().isBefore(until)) {
                each.accept(line);
              }
            });
      }
    }
  }

  private void fetch(LocalDate bill, Kind kind, Consumer<StatementLine> each) {
    String path = "/v3/bill/tradebill?bill_date=" + bill + "&bill_type=" + kind.name();
    switch (gateway.get(path)) {
      case Said.Told told when told.isSuccess() -> read(told, kind, each);
      // It has no file of nothing; one that is not made yet it calls otherwise.
      case Said.Told told when told.code().equals("NO_STATEMENT_EXIST") -> {}
      case Said.Told told -> throw new Unavailable("status " + told.status() + " " + told.code());
      case Said.Nothing(String why) -> throw new Unavailable(why);
    }
  }

  private void read(Said.Told told, Kind kind, Consumer<StatementLine> each) {
    if (!told.text("hash_type").equals("SHA1")) {
      throw new Unavailable("another digest");
    }
    MessageDigest digest = sha1();
    OutboundAnswer answer;
    try {
      answer =
          gateway.read(
              uri(told.text("download_url")),
              in -> read(new DigestInputStream(in, digest), kind, each));
    } catch (StatementText.Malformed e) {
      throw new Unavailable("unreadable: " + e.getMessage());
    }
    switch (answer) {
      case OutboundAnswer.Answered answered when answered.status() == 200 -> {
        String found = HexFormat.of().formatHex(digest.digest());
        if (!found.equals(told.text("hash_value").toLowerCase(Locale.ROOT))) {
          throw new Unavailable("another file than its digest tells");
        }
      }
      case OutboundAnswer.Answered answered -> throw new Unavailable("status " + answered.status());
      case OutboundAnswer.NotSent(var why) -> throw new Unavailable("not sent: " + why);
      case OutboundAnswer.Unknown(var why) -> throw new Unavailable("broken off: " + why);
    }
  }

  private static URI uri(String text) {
    try {
      URI address = URI.create(text);
      if (address.getHost() != null) {
        return address;
      }
    } catch (IllegalArgumentException _) {
      // told below
    }
    throw new Unavailable("an answer without an address");
  }

  private static void read(InputStream in, Kind kind, Consumer<StatementLine> each)
      throws IOException {
    BillLines lines =
        new BillLines(new InputStreamReader(in, StandardCharsets.UTF_8), BillCells.LINE_CHARS_MAX);
    String header = lines.next();
    if (header == null) {
      throw new StatementText.Malformed(1, "should come: it ends early");
    }
    String bare = header.startsWith("\uFEFF") ? header.substring(1) : header;
    BillCells cells =
        switch (kind) {
          case SUCCESS -> new BillCells(1, bare, TRADE, NUMBER, AT, CURRENCY, TOTAL);
          case REFUND ->
              new BillCells(1, bare, REFUND, REFUNDED_AT, REFUNDED, REFUND_STATUS, CURRENCY);
        };
    boolean ended = false;
    for (String line = lines.next(); line != null; line = lines.next()) {
      ended |= line.startsWith(SUMS);
      if (!ended && !line.isBlank()) {
        line(lines.number(), cells.line(line), kind).ifPresent(each);
      }
    }
    if (!ended) {
      throw new StatementText.Malformed(lines.number() + 1, "should come: it ends early");
    }
  }

  private static Optional<StatementLine> line(long number, BillCells.Line line, Kind kind) {
    try {
      return switch (kind) {
        case SUCCESS ->
            Optional.of(
                new StatementLine(
                    StatementLine.Type.PAYMENT,
                    line.cell(NUMBER),
                    line.cell(TRADE),
                    money(line, TOTAL),
                    AlipayGateway.time(line.cell(AT))));
        // One that is under way, or came to nothing, moved no money.
        case REFUND ->
            line.cell(REFUND_STATUS).equals("SUCCESS")
                ? Optional.of(
                    new StatementLine(
                        StatementLine.Type.REFUND,
                        line.cell(REFUND),
                        "",
                        money(line, REFUNDED),
                        AlipayGateway.time(line.cell(REFUNDED_AT))))
                : Optional.empty();
      };
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException _) {
      throw new StatementText.Malformed(number, "can't be read");
    }
  }

  private static Money money(BillCells.Line line, String name) {
    Money yuan = Yuan.money(line.cell(name));
    return new Money(Math.absExact(yuan.amount()), line.cell(CURRENCY));
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1"); // WeChat Pay's choice: it guards against damage
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
