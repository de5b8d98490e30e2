package io.tidegate.harness.bench;

import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A price list of the bench's, for the whole shop. That of a system which goes on after the bench
 * is withdrawn, also where the bench fails or a signal ends it; and it ends by itself, for what
 * nobody can withdraw any more.
 */
final class PriceList implements AutoCloseable {
  /** Longer than everybody needs who buys within a minute, or is given up half a minute later. */
  private static final Duration HOLDS_FOR = Duration.ofMinutes(5);

  /** Who breaks a bench off waits for the answer under way, and for that to the withdrawal. */
  static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  /** One that nobody knows of is asked for again for so many times as long as an answer is. */
  private static final int SETTLED_ANSWERS_MAX = 3;

  private static final Duration AGAIN_EVERY = Duration.ofMillis(250);

  private static final String PATH = "/v1/admin/price-lists";

  private final Staff staff;
  private final int percent;
  private final Instant startsAt;
  private final Duration answerMax;
  private final Report report;
  private final @Nullable Thread hook;
  private @Nullable String id;
  private boolean abandoned;

  private PriceList(
      Staff staff,
      int percent,
      Instant startsAt,
      Duration answerMax,
      boolean goesOn,
      Report report) {
    this.staff = staff;
    this.percent = percent;
    this.startsAt = startsAt;
    this.answerMax = answerMax;
    this.report = report;
    this.hook = goesOn ? new Thread(this::abandon) : null;
    if (hook != null) {
      Runtime.getRuntime().addShutdownHook(hook);
    }
  }

  /**
   * Makes one.
   *
   * @param percent of the usual price
   * @param goesOn whether the system does, after the bench
   * @param report is told whether the list could be withdrawn
   */
  static PriceList starting(
      Staff staff, int percent, Instant startsAt, boolean goesOn, Report report)
      throws BenchFailure, InterruptedException {
    return starting(staff, percent, startsAt, ANSWER_MAX, goesOn, report);
  }

  /** The same with another limit for each answer. */
  static PriceList starting(
      Staff staff, int percent, Instant startsAt, Duration answerMax, boolean goesOn, Report report)
      throws BenchFailure, InterruptedException {
    PriceList list = new PriceList(staff, percent, startsAt, answerMax, goesOn, report);
    try {
      list.make();
    } catch (BenchFailure | InterruptedException | RuntimeException e) {
      list.unhook();
      throw e;
    }
    return list;
  }

  private synchronized void make() throws BenchFailure, InterruptedException {
    if (abandoned) {
      throw new BenchFailure("the bench was broken off");
    }
    String key = staff.key();
    try {
      id = made(key);
    } catch (UnknownOutcome e) {
      boolean nobodyWasReached = e.getCause() instanceof ConnectException;
      if (hook != null && !nobodyWasReached && !isGone(key)) {
        throw new BenchFailure(
            e.getMessage() + "; the price list may stand until " + startsAt.plus(HOLDS_FOR), e);
      }
      throw e;
    }
  }

  /** Makes it, once for a key. */
  private String made(String key) throws BenchFailure, InterruptedException {
    String made =
        staff
            .post(
                PATH,
                "{\"title\":\"bench\",\"scope\":{\"shop\":true},\"percent\":%d,".formatted(percent)
                    + "\"startsAt\":\"%s\",\"endsAt\":\"%s\"}"
                        .formatted(startsAt, startsAt.plus(HOLDS_FOR)),
                key,
                answerMax)
            .path("id")
            .asString("");
    if (made.isEmpty()) {
      throw new UnknownOutcome("a price list that was made has no id");
    }
    return made;
  }

  /**
   * Whether one that may have been made is surely none any more: a busy shop makes it after we have
   * given up. The same again says which it is, so that it can be withdrawn.
   */
  private boolean isGone(String key) throws InterruptedException {
    long until = System.nanoTime() + answerMax.multipliedBy(SETTLED_ANSWERS_MAX).toNanos();
    while (System.nanoTime() < until) {
      try {
        id = made(key);
        return isWithdrawn();
      } catch (UnknownOutcome _) {
        Thread.sleep(AGAIN_EVERY);
      } catch (BenchFailure _) {
        return true; // Refused under this key: it never was made.
      }
    }
    return false;
  }

  private synchronized void abandon() {
    abandoned = true;
    isWithdrawn();
  }

  /** Withdraws it, and says where it can't. */
  private synchronized boolean isWithdrawn() {
    try {
      withdraw();
      return true;
    } catch (BenchFailure | InterruptedException e) {
      System.err.println(
          "bench: the price list could not be withdrawn, it ends at "
              + startsAt.plus(HOLDS_FOR)
              + ": "
              + e);
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      return false;
    }
  }

  private synchronized void withdraw() throws BenchFailure, InterruptedException {
    if (id != null) {
      staff.delete(PATH + "/" + id, answerMax);
      id = null;
    }
  }

  Instant startsAt() {
    return startsAt;
  }

  private void unhook() {
    if (hook != null) {
      Launcher.unhook(hook);
    }
  }

  /** One that stays is a check that fails: what was measured is told all the same. */
  @Override
  public void close() {
    if (hook == null) {
      return;
    }
    boolean withdrawn = isWithdrawn();
    unhook();
    report.check(
        "price_list_is_withdrawn", "withdrawn", withdrawn ? "withdrawn" : "left", withdrawn);
  }
}
