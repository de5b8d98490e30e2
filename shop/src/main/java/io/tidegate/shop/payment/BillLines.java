package io.tidegate.shop.payment;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/** A file's lines, of which none is read beyond what a line may have. */
final class BillLines {

  private static final int BUFFER_CHARS = 8_192;
  private static final int END = -1;

  private final Reader in;
  private final int charsMax;
  private final char[] buffer = new char[BUFFER_CHARS];
  private final StringBuilder line = new StringBuilder();
  private int at;
  private int filled;
  private boolean afterReturn;
  private long number;

  /**
   * @param charsMax of one line
   */
  BillLines(Reader in, int charsMax) {
    this.in = in;
    this.charsMax = charsMax;
  }

  /** The number of the line that was read last, from 1. */
  long number() {
    return number;
  }

  /**
   * The next line without its end; null at the file's end.
   *
   * @throws StatementText.Malformed where it is too long
   */
  @Nullable String next() throws IOException {
    line.setLength(0);
    for (int c = read(); c != END; c = read()) {
      boolean second = c == '\n' && afterReturn;
      afterReturn = c == '\r';
      if (second) {
        continue; // of one end that has two
      }
      if (c == '\n' || c == '\r') {
        number++;
        return line.toString();
      }
      if (line.length() == charsMax) {
        throw new StatementText.Malformed(number + 1, "is too long");
      }
      line.append((char) c);
    }
    if (line.isEmpty()) {
      return null;
    }
    number++;
    return line.toString();
  }

  private int read() throws IOException {
    if (at == filled) {
      at = 0;
      filled = Math.max(0, in.read(buffer, 0, buffer.length));
      if (filled == 0) {
        return END;
      }
    }
    return buffer[at++];
  }
}
