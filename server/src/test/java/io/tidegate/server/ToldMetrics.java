package io.tidegate.server;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a scrape tells: the names of its samples, each with its labels.
 *
 * @param all labels by name
 */
record ToldMetrics(Map<String, Set<String>> all) {

  private static final Pattern SAMPLE =
      Pattern.compile("^([a-zA-Z_:][\\w:]*)(?:\\{(.*)\\})? \\S+$", Pattern.MULTILINE);
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]\\w*)=\"(?:[^\"\\\\]|\\\\.)*\"");

  static ToldMetrics of(String text) {
    Map<String, Set<String>> all = new TreeMap<>();
    Matcher sample = SAMPLE.matcher(text);
    while (sample.find()) {
      Set<String> labels = all.computeIfAbsent(sample.group(1), _ -> new TreeSet<>());
      if (sample.group(2) != null) {
        Matcher label = LABEL.matcher(sample.group(2));
        while (label.find()) {
          labels.add(label.group(1));
        }
      }
    }
    return new ToldMetrics(all);
  }

  Set<String> names() {
    return all.keySet();
  }

  Set<String> labels(String metric) {
    return all.getOrDefault(metric, Set.of());
  }
}
