package io.tidegate.platform.db;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Rows in the text format of PostgreSQL's COPY. */
public final class CopyText {

  private static final int BUFFER_CHARS = 1 << 16;

  private final OutputStream out;
  private final StringBuilder buffer = new StringBuilder(BUFFER_CHARS);
  private long rows;

  public CopyText(OutputStream out) {
    this.out = out;
  }

  /** Writes a row: texts, numbers, times, truths; null is SQL's null. */
  public void row(@Nullable Object... cells) throws IOException {
    for (int i = 0; i < cells.length; i++) {
      if (i > 0) {
        buffer.append('\t');
      }
      cell(cells[i]);
    }
    buffer.append('\n');
    rows++;
    if (buffer.length() >= BUFFER_CHARS) {
      flush();
    }
  }

  /** How many rows were written. */
  public long rows() {
    return rows;
  }

  /** Hands on what is held back: call it behind the last row. */
  public void flush() throws IOException {
    out.write(buffer.toString().getBytes(StandardCharsets.UTF_8));
    buffer.setLength(0);
  }

  private void cell(@Nullable Object value) {
    if (value == null) {
      buffer.append("\\N");
      return;
    }
    String text = value.toString();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> buffer.append("\\\\");
        case '\t' -> buffer.append("\\t");
        case '\n' -> buffer.append("\\n");
        case '\r' -> buffer.append("\\r");
        default -> buffer.append(c);
      }
    }
  }
}
