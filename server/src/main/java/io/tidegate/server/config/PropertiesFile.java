package io.tidegate.server.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A properties file in UTF-8 whose lines are known: the format of {@link Properties}, which itself
 * tells neither lines nor keys that are there twice.
 */
final class PropertiesFile {
  static final long BYTES_MAX = 1 << 20;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Path file;
  private final Problems problems;
  private final List<Given> given = new ArrayList<>();
  private final Map<String, Integer> seen = new HashMap<>();

  private PropertiesFile(Path file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /**
   * Reads a file.
   *
   * @param mustExist whether a missing file is a problem, or empty
   */
  static List<Given> read(Path file, boolean mustExist, Problems problems) {
    PropertiesFile read = new PropertiesFile(file, problems);
    Path folder = file.toAbsolutePath().getParent();
    if (!mustExist && (folder == null || !Files.isDirectory(folder))) {
      return List.of(); // no data directory yet, and whoever makes one says what is in the way
    }
    try {
      if (Files.isRegularFile(file) && Files.size(file) > BYTES_MAX) {
        problems.add(file.toString(), "is larger than " + BYTES_MAX + " bytes");
        return List.of();
      }
      String text = Files.readString(file, StandardCharsets.UTF_8);
      read.parse(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
    } catch (NoSuchFileException e) {
      if (mustExist) {
        problems.add(file.toString(), "there is no such file");
      }
    } catch (CharacterCodingException e) {
      problems.add(file.toString(), "is not UTF-8");
    } catch (IOException e) {
      problems.add(file.toString(), "can't be read");
    }
    return read.given;
  }

  private void parse(String text) {
    String[] lines = text.split("\r\n|\r|\n", -1);
    for (int i = 0; i < lines.length; i++) {
      int first = i;
      if (isComment(lines[i])) {
        continue;
      }
      StringBuilder logical = new StringBuilder(lines[i]);
      while (goesOn(lines[i]) && i + 1 < lines.length) {
        i++;
        logical.append('\n').append(lines[i]);
      }
      entry(logical.toString(), first + 1);
    }
  }

  private static boolean isComment(String line) {
    String text = line.strip();
    return text.isEmpty() || text.startsWith("#") || text.startsWith("!");
  }

  /** An odd number of backslashes at the end: the next line belongs to this one. */
  private static boolean goesOn(String line) {
    int backslashes = 0;
    while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }

  private void entry(String logical, int line) {
    Origin origin = new Origin.Line(file, line);
    Properties one = new Properties();
    try {
      one.load(new StringReader(logical));
    } catch (IOException | IllegalArgumentException e) {
      problems.add(origin.toString(), "is no key=value (a \\u needs four hex digits)");
      return;
    }
    for (String key : one.stringPropertyNames()) {
      Integer earlier = seen.putIfAbsent(key, line);
      if (earlier != null) {
        problems.add(
            origin.toString(),
            "\"" + Problems.shortened(key) + "\" is set in line " + earlier + " already");
      } else {
        given.add(new Given(key, one.getProperty(key, "").stripTrailing(), origin));
      }
    }
  }
}
