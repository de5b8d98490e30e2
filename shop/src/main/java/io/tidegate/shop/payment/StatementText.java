package io.tidegate.shop.payment;

import io.tidegate.shop.kernel.Money;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * A statement as CSV in UTF-8: {@code type,number,payment,transaction,amount,currency,at}, amounts
 * in minor units (refunds may be below zero), times in RFC 3339. No cell has a comma or a quote.
 */
public final class StatementText {

  private static final List<String> COLUMNS =
      List.of("type", "number", "payment", "transaction", "amount", "currency", "at");

  /** No line of ours is nearly as long. */
  private static final int LINE_CHARS_MAX = 1_000;

  private StatementText() {}

  /** A file that is no statement: nothing of it is taken. */
  public static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Malformed(long line, String why) {
      super("line " + line + " " + why, null, false, false);
    }
  }

  /**
   * Reads all lines.
   *
   * @throws Malformed at the first line that can't be read
   */
  public static void read(InputStream in, Consumer<StatementLine> each) throws IOException {
    BillLines lines =
        new BillLines(
            new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE)),
            LINE_CHARS_MAX);
    String header = lines.next();
    if (header == null || !Arrays.asList(bare(header).split(",", -1)).equals(COLUMNS)) {
      throw new Malformed(1, "is not " + String.join(",", COLUMNS));
    }
    for (String line = lines.next(); line != null; line = lines.next()) {
      if (!line.isBlank()) {
        each.accept(line(lines.number(), line));
      }
    }
  }

  private static String bare(String header) {
    return header.startsWith("\uFEFF") ? header.substring(1) : header;
  }

  private static StatementLine line(long number, String text) {
    String[] cells = text.split(",", -1);
    if (cells.length != COLUMNS.size()) {
      throw new Malformed(number, "has not " + COLUMNS.size() + " cells");
    }
    try {
      long amount = Long.parseLong(cells[4]);
      return new StatementLine(
          StatementLine.Type.valueOf(cells[0].toUpperCase(Locale.ROOT)),
          cells[1],
          cells[3],
          new Money(Math.absExact(amount), cells[5]),
          Instant.parse(cells[6]));
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
      throw new Malformed(number, "can't be read");
    }
  }
}
