package io.tidegate.harness.bench;

import io.tidegate.harness.load.ResponseReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What became of one kind of request, each counted as what it is. */
final class Answers {
  /** 429: a limit of each customer's own. */
  static final String RATE_LIMITED = "rate_limited";

  private static final byte[] CODE = Ascii.field("code");

  private final Map<String, Long> refused = new TreeMap<>();
  private long good;
  private long replayed;
  private long shed;
  private long failed;
  private long lost;

  void count(ResponseReader answer) {
    int status = answer.status();
    if (status < 400) {
      if (answer.replayed()) {
        replayed++;
      } else {
        good++;
      }
    } else if (status == 503) {
      shed++;
    } else if (status < 500) {
      refused.merge(code(answer), 1L, Long::sum);
    } else {
      failed++;
    }
  }

  /** No answer came, so that nobody knows whether it was done. */
  void countLost() {
    lost++;
  }

  void add(Answers more) {
    more.refused.forEach((code, n) -> refused.merge(code, n, Long::sum));
    good += more.good;
    replayed += more.replayed;
    shed += more.shed;
    failed += more.failed;
    lost += more.lost;
  }

  /**
   * Adds others, but for those who were refused with one of these codes.
   *
   * @param excused problem codes that are an answer to what was asked
   */
  void addBut(Answers more, Set<String> excused) {
    add(more);
    for (String code : excused) {
      refused.computeIfPresent(
          code, (_, n) -> n > more.refusedWith(code) ? n - more.refusedWith(code) : null);
    }
  }

  private long refusedWith(String code) {
    return refused.getOrDefault(code, 0L);
  }

  /** The problem's stable code, or the status where there is none. */
  private static String code(ResponseReader answer) {
    byte[] code = Ascii.text(answer, CODE);
    return code.length == 0
        ? Integer.toString(answer.status())
        : new String(code, StandardCharsets.UTF_8);
  }

  /** Done, for the first time. */
  long good() {
    return good;
  }

  long replayed() {
    return replayed;
  }

  /** Refused with 503, for overload. */
  long shed() {
    return shed;
  }

  /** Answers that are a server's failure, such as a 500. */
  long failed() {
    return failed;
  }

  long lost() {
    return lost;
  }

  /** Refused, for overload or with a 4xx. */
  long turnedAway() {
    return shed + refused.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Refused with a 4xx of any other code than these. */
  long refusedBut(Set<String> fair) {
    return refused.entrySet().stream()
        .filter(kind -> !fair.contains(kind.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Refused with a 4xx, by code. */
  Map<String, Long> refused() {
    return refused;
  }

  /** In words, what became of those that were not done. */
  String others() {
    return "refused %s, overloaded %d, failed %d, lost %d".formatted(refused, shed, failed, lost);
  }
}
