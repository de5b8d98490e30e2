package io.tidegate.server.console;

import io.tidegate.shop.reporting.Report;
import java.util.List;

/**
 * How a report's rows become a picture.
 *
 * @param label the column that names what is ranked; empty where time does
 * @param split the column of which each value is a series of its own; empty where each of the
 *     values is one
 * @param values the columns that are drawn
 */
record ChartRecipe(Kind kind, String label, String split, List<String> values) {

  /** The kinds of pictures. */
  enum Kind {
    /** Nothing is drawn: one row says it all. */
    NONE,

    /** Lines over days or hours; where there is no row there was nothing. */
    LINES,

    /** Lines that are broken where there is no row. */
    BROKEN_LINES,

    /** The same on a logarithmic scale, for times from milliseconds to days. */
    LOG_LINES,

    /** Bars on top of each other, over days. */
    STACK,

    /** A bar for each row, in the rows' order. */
    RANK,

    /** The same on a logarithmic scale. */
    LOG_RANK,

    /** A square for each month and month later, the darker the more. */
    HEAT
  }

  /** The picture of a way to cut a report. */
  static ChartRecipe of(Report report, String cut) {
    return switch (report) {
      case TURNOVER ->
          switch (cut) {
            case "day", "hour" -> lines("gross", "refunded", "net");
            case "category" -> rank("category", "net");
            default -> rank("region", "net");
          };
      case ORDERS_BY_STATE -> rank("state", "orders");
      case AVERAGE_VALUE ->
          cut.equals("day") ? new ChartRecipe(Kind.BROKEN_LINES, "", "", List.of("average")) : NONE;
      case REFUNDS ->
          cut.equals("day")
              ? stack("", "amount", "reversed")
              : rank("reason", "amount", "reversed");
      case UNPAID_CLOSE -> cut.equals("day") ? stack("", "paid", "closed", "cancelled") : NONE;
      case AFTER_PAYMENT ->
          cut.equals("day")
              ? new ChartRecipe(Kind.LOG_LINES, "", "step", List.of("p50"))
              : new ChartRecipe(Kind.LOG_RANK, "step", "", List.of("p50", "p90", "p99"));
      case BEST_SELLERS -> rank("sku", cut);
      case FUNNEL ->
          cut.equals("day")
              ? lines("searched", "viewed", "clicked", "carted", "placed", "paid")
              : rank("step", "users");
      case BEHAVIOUR ->
          switch (cut) {
            case "day" -> stack("type", "events");
            case "hour" -> new ChartRecipe(Kind.LINES, "", "type", List.of("events"));
            default -> rank("type", "events");
          };
      case COHORTS -> new ChartRecipe(Kind.HEAT, "cohort", "monthsLater", List.of("share"));
      case FLASH_SALES ->
          cut.equals("day") ? stack("sale", "turnover") : rank("sale", "turnover", "refunded");
      case COUPONS ->
          cut.equals("day")
              ? lines("turnover", "discount")
              : rank("coupon", "turnover", "discount");
    };
  }

  private static final ChartRecipe NONE = new ChartRecipe(Kind.NONE, "", "", List.of());

  private static ChartRecipe lines(String... values) {
    return new ChartRecipe(Kind.LINES, "", "", List.of(values));
  }

  private static ChartRecipe stack(String split, String... values) {
    return new ChartRecipe(Kind.STACK, "", split, List.of(values));
  }

  private static ChartRecipe rank(String label, String... values) {
    return new ChartRecipe(Kind.RANK, label, "", List.of(values));
  }
}
