package io.tidegate.shop.reconciliation;

import io.tidegate.platform.db.Bulk;
import io.tidegate.platform.db.CopyText;
import io.tidegate.platform.db.Sql;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Rows on their way into a table, in a file that goes when it is closed: no transaction waits for
 * who makes them, and memory doesn't hold them.
 */
final class SpoolText implements AutoCloseable {

  private final Path file;
  private final OutputStream out;
  private final CopyText text;

  private SpoolText(Path file) throws IOException {
    this.file = file;
    this.out = Files.newOutputStream(file);
    this.text = new CopyText(out);
  }

  static SpoolText open() throws IOException {
    return new SpoolText(Files.createTempFile("tidegate-", ".copy"));
  }

  /** Writes a row, as {@link CopyText#row} does. */
  void row(@Nullable Object... cells) {
    try {
      text.row(cells);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long rows() {
    return text.rows();
  }

  /** Puts all rows into a table. */
  void copyTo(Bulk bulk, Sql copy) throws IOException {
    text.flush();
    out.close();
    try (InputStream in = Files.newInputStream(file)) {
      bulk.copy(copy, in);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
    Files.deleteIfExists(file);
  }
}
