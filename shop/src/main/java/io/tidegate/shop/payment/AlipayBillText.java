package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.Money;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.time.DateTimeException;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Alipay's file of a day's trades: CSV in GBK between lines that begin with {@code #}, cells with
 * tabs behind them, columns found by their names.
 */
final class AlipayBillText {

  static final Charset CHARSET = Charset.forName("GB18030"); // holds all of GBK

  /** In the name of the file that has only sums. */
  static final String SUMS = "汇总";

  private static final String TRADE = "支付宝交易号";
  private static final String NUMBER = "商户订单号";
  private static final String KIND = "业务类型";
  private static final String AT = "完成时间";
  private static final String AMOUNT = "订单金额（元）";
  private static final String REFUND = "退款批次号/请求号";

  private AlipayBillText() {}

  /**
   * Reads all lines; the stream stays open.
   *
   * @throws StatementText.Malformed at the first line that can't be read, and where its end lacks
   */
  static void read(InputStream in, Consumer<StatementLine> each) throws IOException {
    BillLines lines = new BillLines(new InputStreamReader(in, CHARSET), BillCells.LINE_CHARS_MAX);
    BillCells cells = null;
    boolean ended = false;
    for (String line = lines.next(); line != null; line = lines.next()) {
      long number = lines.number();
      if (line.startsWith("#")) {
        ended |= cells != null;
      } else if (!line.isBlank() && cells == null) {
        cells = new BillCells(number, line, TRADE, NUMBER, KIND, AT, AMOUNT, REFUND);
      } else if (!line.isBlank()) {
        each.accept(line(number, Objects.requireNonNull(cells).line(line)));
      }
    }
    if (cells == null || !ended) {
      throw new StatementText.Malformed(lines.number() + 1, "should come: it ends early");
    }
  }

  private static StatementLine line(long number, BillCells.Line line) {
    try {
      Money amount = Yuan.money(line.cell(AMOUNT));
      boolean refund =
          switch (line.cell(KIND)) {
            case "交易" -> false;
            case "退款" -> true;
            default -> throw new IllegalArgumentException("a kind that is not known");
          };
      return new StatementLine(
          refund ? StatementLine.Type.REFUND : StatementLine.Type.PAYMENT,
          line.cell(refund ? REFUND : NUMBER),
          refund ? "" : line.cell(TRADE),
          new Money(Math.absExact(amount.amount()), amount.currency()),
          AlipayGateway.time(line.cell(AT)));
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException _) {
      throw new StatementText.Malformed(number, "can't be read");
    }
  }
}
