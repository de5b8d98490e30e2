package io.tidegate.shop.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where lines of statements end, and that none is read for ever. */
class BillLinesTest {

  private static final int CHARS_MAX = 10;

  private static List<String> lines(Reader in) throws IOException {
    BillLines lines = new BillLines(in, CHARS_MAX);
    List<String> all = new ArrayList<>();
    for (String line = lines.next(); line != null; line = lines.next()) {
      all.add(line);
      assertThat(lines.number()).isEqualTo(all.size());
    }
    return all;
  }

  @Test
  void aLineEndsInOneOfThreeWays() throws IOException {
    assertThat(lines(new StringReader("a\r\nb\n\nc\rd\r\r\ne")))
        .containsExactly("a", "b", "", "c", "d", "", "e");
    assertThat(lines(new StringReader("a\r\n"))).containsExactly("a");
    assertThat(lines(new StringReader(""))).isEmpty();
    String many = "0123456789\r\n".repeat(5_000); // its ends lie across the buffer's, too
    assertThat(lines(new StringReader(many))).hasSize(5_000).containsOnly("0123456789");
  }

  /** Text without an end. */
  private static final class Endless extends InputStream {
    private final ByteArrayInputStream first;
    private long read;

    Endless(String first) {
      this.first = new ByteArrayInputStream(first.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int read() {
      return read(new byte[1], 0, 1) > 0 ? 'a' : -1;
    }

    @Override
    public int read(byte[] into, int from, int most) {
      read += most;
      if (read > 100_000) {
        throw new AssertionError("more is read than a line may have");
      }
      int begun = Math.max(0, first.read(into, from, most));
      Arrays.fill(into, from + begun, from + most, (byte) 'a');
      return most;
    }
  }

  @Test
  void aLineWithoutAnEndIsNotReadForEver() {
    assertThatThrownBy(() -> lines(new StringReader("a\n" + "b".repeat(CHARS_MAX + 1))))
        .isInstanceOf(StatementText.Malformed.class)
        .hasMessage("line 2 is too long");
    assertThatThrownBy(() -> StatementText.read(new Endless(""), _ -> {}))
        .isInstanceOf(StatementText.Malformed.class);
    assertThatThrownBy(() -> AlipayBillText.read(new Endless("#\n"), _ -> {}))
        .isInstanceOf(StatementText.Malformed.class);
  }
}
