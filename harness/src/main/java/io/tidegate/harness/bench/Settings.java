package io.tidegate.harness.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Settings as {@code --set} takes them. The program refuses a key that is given twice. */
public final class Settings {
  private Settings() {}

  /** The key of one, as the program reads it; empty where it has none. */
  static String key(String setting) {
    return setting.substring(0, Math.max(0, setting.indexOf('='))).strip();
  }

  /** These, and what holds in any case: it takes the place of what they say of the same keys. */
  public static List<String> with(List<String> settings, List<String> inAnyCase) {
    Set<String> keys = inAnyCase.stream().map(Settings::key).collect(Collectors.toSet());
    List<String> all = new ArrayList<>(settings);
    all.removeIf(setting -> keys.contains(key(setting)));
    all.addAll(inAnyCase);
    return List.copyOf(all);
  }
}
