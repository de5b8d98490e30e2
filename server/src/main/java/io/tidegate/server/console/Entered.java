package io.tidegate.server.console;

import io.tidegate.platform.http.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What stands in a form: what was typed so far, and what is wrong with it.
 *
 * @param form its name in the page
 * @param wrong what is wrong, by field
 * @param notice what is wrong with the whole; empty for nothing
 */
record Entered(String form, Map<String, String> values, Map<String, String> wrong, String notice) {
  private static final int SUSPECTS_SHOWN_MAX = 5;

  Entered {
    values = Map.copyOf(values);
    wrong = Map.copyOf(wrong);
  }

  /** A form with what stands in it to begin with. */
  static Entered fresh(String form, Map<String, String> values) {
    return new Entered(form, values, Map.of(), "");
  }

  String of(String field) {
    return values.getOrDefault(field, "");
  }

  boolean is(String field, String value) {
    return of(field).equals(value);
  }

  /** What is wrong with a field; empty for nothing. */
  String bad(String field) {
    return wrong.getOrDefault(field, "");
  }

  String id(String field) {
    return form + "-" + field;
  }

  /** Whether it was sent and not taken. */
  boolean isRefused() {
    return !wrong.isEmpty() || !notice.isEmpty();
  }

  Entered with(String field, String value) {
    Map<String, String> all = new HashMap<>(values);
    all.put(field, value);
    return new Entered(form, all, wrong, notice);
  }

  Entered badly(String field, String why) {
    return new Entered(form, values, Map.of(field, why), notice);
  }

  Entered noticed(String why) {
    return new Entered(form, values, wrong, why);
  }

  /**
   * The same with what a check of it has found.
   *
   * @param rules the prefix of the texts that say what fields must be
   * @param suspects words of fields of many words that look wrong, to be named
   */
  Entered refused(Problem problem, Texts t, String rules, Map<String, List<String>> suspects) {
    Map<String, String> found = new HashMap<>();
    for (Problem.FieldError error : problem.errors()) {
      String[] steps = error.pointer().split("/", -1);
      if (steps.length > 1) {
        String field = steps[1].equals("scope") && steps.length > 2 ? steps[2] : steps[1];
        found.putIfAbsent(field, rule(field, steps, t, rules, suspects));
      }
    }
    return new Entered(form, values, found, t.of("form.refused"));
  }

  private static String rule(
      String field, String[] steps, Texts t, String rules, Map<String, List<String>> suspects) {
    String rule = t.named(rules, field);
    List<String> named = suspects.getOrDefault(field, List.of());
    if (!named.isEmpty()) {
      String some = named.stream().limit(SUSPECTS_SHOWN_MAX).collect(Collectors.joining(", "));
      return rule + " " + t.with("form.wrong_ones", some);
    }
    boolean entry = steps.length > 2 && steps[2].matches("[0-9]{1,9}");
    return entry ? rule + " " + t.with("form.entry", Integer.parseInt(steps[2]) + 1) : rule;
  }
}
