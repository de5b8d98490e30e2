package io.tidegate.harness.bench;

import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A price list of the bench's, for the whole shop. That of a system which goes on after the bench
 * is withdrawn, also where the bench fails or a signal ends it; and it ends by itself, for what
 * nobody can withdraw any more.
 */
final class PriceList implements AutoCloseable {
  /** Longer than everybody needs who buys within a minute, or is given up half a minute later. */
  private static final Duration HOLDS_FOR = Duration.ofMinutes(5);

  /** An answer that takes longer is none. */
  static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  /**
   * One that nobody knows of is looked for for so many times as long as an answer is waited for;
   * and whoever breaks the bench off waits for no longer, whatever is under way.
   */
  static final int SETTLED_ANSWERS_MAX = 2;

  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  /** So many of the newest are looked through; nobody makes more by hand meanwhile. */
  private static final int NEWEST = 100;

  private static final String PATH = "/v1/admin/price-lists";

  private final Staff staff;

  /** By which it is found again: nobody else's is called so. */
  private final String title = "bench " + UUID.randomUUID();

  private final int percent;
  private final Instant startsAt;
  private final Duration answerMax;
  private final Report report;
  private final @Nullable Thread hook;
  private @Nullable String id;
  private boolean mayStand;

  /** So long who broke it off waits; written before it is told that somebody did. */
  private long abandonedUntil;

  private volatile boolean abandoned;

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
    try {
      id = made();
    } catch (UnknownOutcome e) {
      boolean nobodyWasReached = e.getCause() instanceof ConnectException;
      if (hook != null && !nobodyWasReached && !isGone()) {
        mayStand = true;
        throw new BenchFailure(
            e.getMessage() + "; the price list may stand until " + startsAt.plus(HOLDS_FOR), e);
      }
      throw e;
    }
  }

  /** Makes it. The shop knows no key of it: asked for again, there would be another one. */
  private String made() throws BenchFailure, InterruptedException {
    String made =
        staff
            .post(
                PATH,
                "{\"title\":\"%s\",\"scope\":{\"shop\":true},\"percent\":%d,"
                        .formatted(title, percent)
                    + "\"startsAt\":\"%s\",\"endsAt\":\"%s\"}"
                        .formatted(startsAt, startsAt.plus(HOLDS_FOR)),
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
   * given up. It was seen, then, and withdrawn; one that is not seen may be made later still.
   */
  private boolean isGone() throws InterruptedException {
    long until = System.nanoTime() + settleMax().toNanos();
    for (Duration left = left(until); left.isPositive(); left = left(until)) {
      try {
        if (areWithdrawn(until)) {
          return true;
        }
      } catch (BenchFailure _) {
        // As busy as before: another look says more.
      }
      Thread.sleep(LOOK_EVERY);
    }
    return false;
  }

  /** Withdraws all of our title, which is nobody else's; whether there were any. */
  private boolean areWithdrawn(long until) throws BenchFailure, InterruptedException {
    boolean seen = false;
    JsonNode newest = staff.get(PATH + "?limit=" + NEWEST, within(until));
    for (JsonNode list : newest.path("data")) {
      if (list.path("title").asString("").equals(title)) {
        seen = true;
        staff.delete(PATH + "/" + list.path("id").asString(""), within(until));
      }
    }
    return seen;
  }

  private Duration within(long until) {
    Duration left = left(until);
    return left.compareTo(answerMax) < 0 ? left : answerMax;
  }

  /** Until then, or until whoever broke the bench off has waited for long enough. */
  private Duration left(long until) {
    long now = System.nanoTime();
    long left = until - now;
    return Duration.ofNanos(abandoned ? Math.min(left, abandonedUntil - now) : left);
  }

  private Duration settleMax() {
    return answerMax.multipliedBy(SETTLED_ANSWERS_MAX);
  }

  /** Told before it is waited for what is under way. */
  private void abandon() {
    abandonedUntil = System.nanoTime() + settleMax().toNanos();
    abandoned = true;
    leave();
  }

  /** Nobody may be there any more to tell what the bench fails with. */
  private synchronized void leave() {
    if (mayStand) {
      System.err.println("bench: the price list may stand until " + startsAt.plus(HOLDS_FOR));
    }
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
