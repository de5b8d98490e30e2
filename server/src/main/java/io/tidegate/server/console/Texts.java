package io.tidegate.server.console;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;

/** The console's words in one language. */
final class Texts {
  private static final Map<Language, Texts> ALL = new EnumMap<>(Language.class);

  static {
    for (Language language : Language.values()) {
      ALL.put(language, new Texts(language));
    }
  }

  private final Language language;
  private final Map<String, String> words = new HashMap<>();

  private Texts(Language language) {
    this.language = language;
    String name = "/web/console/texts_" + language.code() + ".properties";
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(Texts.class.getResourceAsStream(name), name),
            StandardCharsets.UTF_8)) {
      Properties read = new Properties();
      read.load(in);
      read.stringPropertyNames().forEach(key -> words.put(key, read.getProperty(key)));
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  static Texts in(Language language) {
    return Objects.requireNonNull(ALL.get(language));
  }

  Language language() {
    return language;
  }

  Set<String> keys() {
    return Set.copyOf(words.keySet());
  }

  /** The words of a key, which must exist: a test reads the keys out of the templates. */
  public String of(String key) {
    String found = words.get(key);
    if (found == null) {
      throw new IllegalArgumentException("no text " + key + " in " + language);
    }
    return found;
  }

  /** The words of a key with a value put in at {0}. */
  public String with(String key, Object value) {
    return of(key).replace("{0}", value.toString());
  }

  /** The words for a value that others name, such as a carrier's state; as it is when unknown. */
  public String named(String prefix, String value) {
    return words.getOrDefault(prefix + "." + value, value);
  }
}
