package io.tidegate.shop.reporting;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The SQL that makes up days of a shop, by the names of its parts: a part begins with a comment
 * {@code -- name: ...}, and a line that has only a semicolon ends a statement.
 */
final class FillScript {

  private static final String RESOURCE = "lake-fill.sql";
  private static final Pattern NAME = Pattern.compile("(?m)^-- ([a-z]+): ");
  private static final Pattern COMMENT = Pattern.compile("(?m)^--.*\n?");

  private final Map<String, List<String>> parts = new HashMap<>();

  private FillScript(String text) {
    String name = "";
    for (String statement : text.split("(?m)^;\\s*$")) {
      Matcher named = NAME.matcher(statement);
      while (named.find()) {
        name = named.group(1);
      }
      String sql = COMMENT.matcher(statement).replaceAll("").strip();
      if (!sql.isEmpty()) {
        parts.computeIfAbsent(name, _ -> new ArrayList<>()).add(sql);
      }
    }
  }

  static FillScript read() {
    try (InputStream in =
        Objects.requireNonNull(FillScript.class.getResourceAsStream(RESOURCE), RESOURCE)) {
      return new FillScript(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE, e);
    }
  }

  /** The statements of a part, with values put in. */
  List<String> part(String name, Map<String, Object> values) {
    List<String> statements = new ArrayList<>();
    for (String statement : Objects.requireNonNull(parts.get(name), name)) {
      String sql = statement;
      for (Map.Entry<String, Object> value : values.entrySet()) {
        sql = sql.replace("${" + value.getKey() + "}", value.getValue().toString());
      }
      if (sql.contains("${")) {
        throw new IllegalStateException("a value of " + name + " lacks: " + sql);
      }
      statements.add(sql);
    }
    return statements;
  }
}
