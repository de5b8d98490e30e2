package io.tidegate.harness.bench;

/**
 * A capped lane at its peak, and with ten times its cap.
 *
 * @param capped orders a second at its peak
 * @param good orders a second with more
 * @param refusalP99 milliseconds
 * @param offered what was sent while it was offered, as a multiple of the cap
 */
record Overload(double capped, double good, double refusalP99, double offered) {

  /** How much more is offered than the lane may do. */
  static final int TIMES = 10;

  /** Of ten times the cap, what must really be sent while it is offered. */
  private static final double OFFERED_SHARE = 0.9;

  private static final String NOT_OFFERED = "ten times the cap was not offered";
  private static final double GOODPUT_MIN = 0.9;
  private static final double REFUSAL_MILLIS = 50;

  double ratio() {
    return good / capped;
  }

  /**
   * Of a load that was stretched, for want of free connections, neither figure says anything.
   *
   * @param prefix of the targets' names
   */
  void judge(Report report, String prefix) {
    double least = TIMES * OFFERED_SHARE;
    report.target(prefix + "_offered_times_the_cap", Report.Sense.AT_LEAST, least, offered);
    String goodput = prefix + "_goodput_to_peak";
    String refusal = prefix + "_refusal_p99_ms";
    if (offered >= least) {
      report.target(goodput, Report.Sense.AT_LEAST, GOODPUT_MIN, ratio());
      report.target(refusal, Report.Sense.BELOW, REFUSAL_MILLIS, refusalP99);
    } else {
      report.notMeasurable(goodput, Report.Sense.AT_LEAST, GOODPUT_MIN, ratio(), NOT_OFFERED);
      report.notMeasurable(refusal, Report.Sense.BELOW, REFUSAL_MILLIS, refusalP99, NOT_OFFERED);
    }
  }
}
