package io.tidegate.harness.chaos;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What the shop answered to those who asked it, customers and staff. For many threads. */
final class Requests {
  private final Map<String, Long> refused = new TreeMap<>();
  private final Map<String, Long> openByKey = new HashMap<>();
  private long sent;
  private long replayed;
  private long unknown;
  private long unknownResolved;

  /**
   * All of it so far.
   *
   * @param replayed answered with what was answered before
   * @param refused by code
   * @param unknown whose outcome nobody knew: a 5xx, a 429, a twin under way, no answer
   * @param unknownResolved of these, those whose key was answered later
   */
  record Told(
      long sent, long replayed, Map<String, Long> refused, long unknown, long unknownResolved) {
    /** Puts down what was sent and how it was answered, by the names that all benches have. */
    void into(ObjectNode result) {
      result.put("sent", sent).put("replayed", replayed);
      ObjectNode codes = result.putObject("refused");
      refused.forEach(codes::put);
    }
  }

  /**
   * Counts a request with its answer.
   *
   * @param key that it was sent under; null: none
   */
  synchronized void count(@Nullable String key, Answer answer) {
    sent++;
    switch (answer) {
      case Answer.Done done -> {
        replayed += done.replayed() ? 1 : 0;
        settled(key);
      }
      case Answer.Refused(int status, String code) -> {
        refused.merge(code.isEmpty() ? Integer.toString(status) : code, 1L, Long::sum);
        settled(key);
      }
      case Answer.NotYet _ -> {}
      case Answer.Unknown _ -> {
        unknown++;
        if (key != null) {
          openByKey.merge(key, 1L, Long::sum);
        }
      }
    }
  }

  private void settled(@Nullable String key) {
    Long open = key == null ? null : openByKey.remove(key);
    unknownResolved += open == null ? 0 : open;
  }

  synchronized Told told() {
    return new Told(sent, replayed, new TreeMap<>(refused), unknown, unknownResolved);
  }
}
