package io.tidegate.server.config;

import java.util.ArrayList;
import java.util.List;

/** Keys in the order in which they are shown, which is that in which they are declared. */
final class KeyTable {
  private final List<Key<?>> keys = new ArrayList<>();

  /** Declares a key whose values may be shown. */
  <T> Key<T> key(String name, Kind<T> kind, String byDefault, String meaning) {
    return key(name, kind, byDefault, Key.Shown.WHOLE, meaning);
  }

  /** Declares a key. */
  <T> Key<T> key(String name, Kind<T> kind, String byDefault, Key.Shown shown, String meaning) {
    Key<T> key = new Key<>(name, kind, byDefault, shown, meaning);
    keys.add(key);
    return key;
  }

  /** Puts others behind those that are there. */
  void add(List<Key<?>> others) {
    keys.addAll(others);
  }

  List<Key<?>> all() {
    return List.copyOf(keys);
  }
}
