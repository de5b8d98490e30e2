package io.tidegate.harness.bench;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Settings as {@code --set} takes them. The program refuses a key that is given twice. */
public final class Settings {
  private Settings() {}

  /** The key of one, as the program reads it; empty where it has none. */
  static String key(String setting) {
    return setting.substring(0, Math.max(0, setting.indexOf('='))).strip();
  }

  /** Why the program would not start with these; empty where their form is one that it takes. */
  static Optional<String> refusal(List<String> settings) {
    Set<String> keys = new HashSet<>();
    for (String setting : settings) {
      String key = key(setting);
      if (key.isEmpty()) {
        return Optional.of("--set must be KEY=VALUE, not \"" + setting + '"');
      }
      if (!keys.add(key)) {
        return Optional.of("--set " + key + " is given twice");
      }
    }
    return Optional.empty();
  }

  /** The value of one, as the program reads it. */
  private static String value(String setting) {
    return setting.substring(setting.indexOf('=') + 1).strip();
  }

  /**
   * Why a bench could not heed these, whose form is one that the program takes; empty where it can.
   * What it sets itself, whatever it is told, must not seem to have been heeded.
   */
  static Optional<String> unheeded(List<String> settings, Scenario scenario, Plan plan) {
    List<String> its = scenario.sets(plan);
    for (String setting : settings) {
      String key = key(setting);
      String not = "--set " + key + " can't be heeded: ";
      if (key.equals("http.port")) {
        return Optional.of(not + "a bench takes free ports");
      }
      if (its.contains(key)) {
        return Optional.of(not + scenario.name() + " has its own");
      }
      if (key.equals("demo") && value(setting).equals("false")) {
        return Optional.of(not + "a bench orders the demo's goods, with the demo's tokens");
      }
    }
    return Optional.empty();
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
