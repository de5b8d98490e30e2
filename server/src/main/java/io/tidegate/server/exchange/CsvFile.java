package io.tidegate.server.exchange;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvReader.CsvReaderBuilder;
import io.tidegate.server.cli.Exchanges.Bad;
import io.tidegate.server.cli.Failure;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file in UTF-8, read a line at a time, with or without a byte order mark.
 *
 * <p>A row is a line: nothing in these files has lines of its own, and so a quote that never ends
 * spoils its own row only.
 */
final class CsvFile implements AutoCloseable {

  private static final int LINE_BYTES_MAX = 64 * 1024;
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final CsvReaderBuilder LINES =
      CsvReader.builder().skipEmptyLines(false).allowUnclosedQuote(false);

  private final InputStream in;
  private final Path path;
  private final long bytes;
  private final Map<String, Integer> columns = new HashMap<>();
  private long read;
  private long line;
  private int pushedBack = -1;

  private CsvFile(Path path, InputStream in, long bytes) {
    this.path = path;
    this.in = in;
    this.bytes = bytes;
  }

  /**
   * Opens a file and reads its header.
   *
   * @param needed columns that must be there
   * @param known all that may be there
   * @throws Failure where it can't be read, or the header is not right
   */
  static CsvFile open(Path path, Set<String> needed, Set<String> known) {
    try {
      InputStream in = new BufferedInputStream(Files.newInputStream(path));
      CsvFile file = new CsvFile(path, in, Files.size(path));
      try {
        file.header(needed, known);
        return file;
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  private void header(Set<String> needed, Set<String> known) throws IOException {
    byte[] first = nextLine();
    String text = first == null ? null : text(first);
    if (text == null) {
      throw new Failure(path + " has no header in UTF-8");
    }
    if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
      text = text.substring(1);
    }
    List<String> names = fields(text);
    if (names == null) {
      throw new Failure(path + ": the header's quotes don't pair");
    }
    Set<String> unknown = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i).strip();
      if (!known.contains(name)) {
        unknown.add(name);
      } else if (columns.put(name, i) != null) {
        throw new Failure(path + " has the column " + name + " twice");
      }
    }
    if (!unknown.isEmpty()) {
      throw new Failure(
          "%s has columns that mean nothing here: %s; known are %s"
              .formatted(
                  path, String.join(", ", sorted(unknown)), String.join(", ", sorted(known))));
    }
    Set<String> missing = new HashSet<>(needed);
    missing.removeAll(columns.keySet());
    if (!missing.isEmpty()) {
      throw new Failure(path + " lacks the columns " + String.join(", ", sorted(missing)));
    }
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }

  long bytes() {
    return bytes;
  }

  long bytesRead() {
    return read;
  }

  /**
   * The next row; null at the end.
   *
   * @param bad told of lines that are no rows, which are passed over
   */
  @Nullable CsvRow next(Consumer<Bad> bad) {
    try {
      while (true) {
        byte[] raw = nextLine();
        if (raw == null) {
          return null;
        }
        if (raw.length == 0) {
          continue;
        }
        if (raw.length > LINE_BYTES_MAX) {
          bad.accept(new Bad(line, "", "is longer than " + LINE_BYTES_MAX + " bytes"));
          continue;
        }
        String text = text(raw);
        if (text == null) {
          bad.accept(new Bad(line, "", "is not in UTF-8"));
          continue;
        }
        if (text.isBlank()) {
          continue;
        }
        List<String> fields = fields(text);
        if (fields == null) {
          bad.accept(new Bad(line, "", "has quotes that don't pair"));
        } else if (fields.size() != columns.size()) {
          String why = "has " + fields.size() + " cells, the header has " + columns.size();
          bad.accept(new Bad(line, "", why));
        } else {
          return new CsvRow(line, columns, fields);
        }
      }
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  private static @Nullable List<String> fields(String text) {
    try {
      return LINES.ofSingleCsvRecord(text).getFields();
    } catch (CsvParseException e) {
      return null;
    }
  }

  private static @Nullable String text(byte[] raw) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** The bytes up to LF, CR or CR LF; of a line that is too long one byte more than is taken. */
  private byte @Nullable [] nextLine() throws IOException {
    ByteArrayOutputStream bytesOfLine = new ByteArrayOutputStream(256);
    boolean some = false;
    while (true) {
      int b = nextByte();
      if (b < 0) {
        line += some ? 1 : 0;
        return some ? bytesOfLine.toByteArray() : null;
      }
      some = true;
      if (b == '\n' || b == '\r') {
        if (b == '\r') {
          int after = nextByte();
          if (after != '\n' && after >= 0) {
            pushedBack = after;
            read--;
          }
        }
        line++;
        return bytesOfLine.toByteArray();
      }
      if (bytesOfLine.size() <= LINE_BYTES_MAX) {
        bytesOfLine.write(b);
      }
    }
  }

  private int nextByte() throws IOException {
    int b = pushedBack;
    pushedBack = -1;
    if (b < 0) {
      b = in.read();
    }
    if (b >= 0) {
      read++;
    }
    return b;
  }

  private static Failure failure(Path path, IOException e) {
    return new Failure(path + " can't be read: " + e.getClass().getSimpleName(), e);
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
