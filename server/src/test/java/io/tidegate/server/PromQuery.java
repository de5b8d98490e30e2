package io.tidegate.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A PromQL query, read as far as it names metrics and labels: labels of a selector belong to its
 * metric, those of {@code by}, {@code without} and {@code on} to every metric of the query.
 *
 * @param asked each metric with its labels
 */
record PromQuery(List<Asked> asked) {

  private static final Pattern TOKEN =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|\\[[^\\]]*\\]|[0-9][\\w.]*|[a-zA-Z_:][\\w:]*|\\S");
  private static final Set<String> GROUPING =
      Set.of("by", "without", "on", "ignoring", "group_left", "group_right");

  /** What stands behind an aggregation's name, and behind no metric's. */
  private static final Set<String> AGGREGATED = Set.of("by", "without");

  private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");

  /** A metric that is asked for. */
  record Asked(String metric, Set<String> labels) {}

  static PromQuery of(String query) {
    List<String> tokens = TOKEN.matcher(query).results().map(MatchResult::group).toList();
    List<Asked> asked = new ArrayList<>();
    Set<String> grouped = new TreeSet<>();
    for (int at = 0; at < tokens.size(); at++) {
      String token = tokens.get(at);
      String next = at + 1 < tokens.size() ? tokens.get(at + 1) : "";
      if (!isName(token) || WORDS.contains(token)) {
        continue;
      }
      if (GROUPING.contains(token) && next.equals("(")) {
        at = names(tokens, at + 2, ")", grouped);
      } else if (!next.equals("(") && !AGGREGATED.contains(next)) {
        Set<String> labels = new TreeSet<>();
        if (next.equals("{")) {
          at = names(tokens, at + 2, "}", labels);
        }
        asked.add(new Asked(token, labels));
      }
    }
    asked.forEach(each -> each.labels().addAll(grouped));
    return new PromQuery(List.copyOf(asked));
  }

  /** Takes the names up to the end. Returns where that is. */
  private static int names(List<String> tokens, int from, String end, Set<String> into) {
    int at = from;
    while (at < tokens.size() && !tokens.get(at).equals(end)) {
      if (isName(tokens.get(at))) {
        into.add(tokens.get(at));
      }
      at++;
    }
    return at;
  }

  private static boolean isName(String token) {
    char first = token.charAt(0);
    return Character.isLetter(first) || first == '_' || first == ':';
  }
}
