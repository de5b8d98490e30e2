package io.tidegate.server.config;

import io.tidegate.server.config.Kind.BadValue;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The value of every key: the last one given, else the default. */
final class Values {
  private final Map<String, Given> byKey = new HashMap<>();

  Values(Map<String, Given> given) {
    for (Key<?> key : Keys.all()) {
      setDefault(key, key.byDefault());
    }
    byKey.putAll(given);
  }

  /** Gives a default that follows from other keys. */
  void setDefault(Key<?> key, String text) {
    Given known = byKey.get(key.name());
    if (known == null || known.origin() instanceof Origin.Default) {
      byKey.put(key.name(), new Given(key.name(), text, new Origin.Default()));
    }
  }

  /** The value of a key; it was checked before. */
  <T> T get(Key<T> key) {
    try {
      return key.kind().reader().read(given(key).text());
    } catch (BadValue e) {
      throw new IllegalStateException(key.name() + " " + e.getMessage(), e);
    }
  }

  /** The value as it was given, which may be a bad one. */
  String orDefault(Key<?> key) {
    return given(key).text();
  }

  boolean isDefault(Key<?> key) {
    return given(key).origin() instanceof Origin.Default;
  }

  String from(Key<?> key) {
    return given(key).origin().toString();
  }

  Map<String, Given> all() {
    return Map.copyOf(byKey);
  }

  private Given given(Key<?> key) {
    return Objects.requireNonNull(byKey.get(key.name()));
  }
}
