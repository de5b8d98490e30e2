package io.tidegate.harness.bench;

import java.util.Locale;

/**
 * A capped lane at its peak, and with ten times its cap.
 *
 * @param cap orders a second that the lane may do
 * @param seconds how long each load was offered
 * @param capped orders a second at its peak
 * @param good orders a second with more
 * @param shed how many of those that were too many were refused for overload
 * @param refusalP99 milliseconds
 * @param offered what was sent while it was offered, as a multiple of the cap
 */
record Overload(
    int cap,
    double seconds,
    double capped,
    double good,
    long shed,
    double refusalP99,
    double offered) {

  /** How much more is offered than the lane may do. */
  static final int TIMES = 10;

  /** Of ten times the cap, what must really be sent while it is offered. */
  private static final double OFFERED_SHARE = 0.9;

  private static final double OFFERED_MIN = TIMES * OFFERED_SHARE;
  private static final String NOT_OFFERED = "ten times the cap was not offered";
  private static final String NOT_SENT = "the burst was not sent: it came to %.1f times the cap";
  private static final double GOODPUT_MIN = 0.9;

  /**
   * Of its cap, what a lane does at its peak: one that does less is kept back by something else.
   */
  private static final double CAP_SHARE_MIN = 0.8;

  private static final String NOT_LIMITED = "the cap was not what limited";

  /** A lane that does more orders a second than its cap and a tenth of it is not capped. */
  private static final double CAP_SHARE_MAX = 1.1;

  /** What a capped lane has saved up when a load begins: the lane's bucket holds so much. */
  private static final double BURST_SECONDS = 0.1;

  private static final double REFUSAL_MILLIS = 50;

  double ratio() {
    return good / capped;
  }

  /** Orders a second that a capped lane does at most, with those of its first burst. */
  double most() {
    return cap * (CAP_SHARE_MAX + BURST_SECONDS / seconds);
  }

  /**
   * A cap that does nothing refuses nobody, or lets through what is offered. Of a load that was
   * stretched, for want of free connections, neither figure says anything, nor of a lane that
   * something else keeps back from its cap.
   *
   * @param prefix of the checks' names
   * @param goodput the target's name, and the refusals'
   * @param less what the run had less of than what is promised of; empty where of nothing
   */
  void judge(Report report, String prefix, String goodput, String refusal, String less) {
    report.check(prefix + "_refuses_what_is_too_much", "at least 1", Long.toString(shed), shed > 0);
    double did = Math.max(capped, good);
    report.check(
        prefix + "_does_no_more_than_its_cap",
        "at most " + Numbers.of(most()) + " a second",
        Numbers.of(did),
        did <= most());
    report.target(prefix + "_offered_times_the_cap", Report.Sense.AT_LEAST, OFFERED_MIN, offered);
    String hidden = Promised.first(offered >= OFFERED_MIN ? "" : NOT_OFFERED, limited(), less);
    report.target(goodput, Report.Sense.AT_LEAST, GOODPUT_MIN, ratio(), hidden);
    report.target(refusal, Report.Sense.BELOW, REFUSAL_MILLIS, refusalP99, hidden);
  }

  /** Why nobody need be back from a burst that came to so many times a cap; empty where he must. */
  static String notSent(double times) {
    return times >= OFFERED_MIN ? "" : String.format(Locale.ROOT, NOT_SENT, times);
  }

  /** A lane of which nothing is known is not limited by its cap. */
  private String limited() {
    return capped >= cap * CAP_SHARE_MIN ? "" : NOT_LIMITED;
  }
}
