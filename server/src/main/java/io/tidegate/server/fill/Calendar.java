package io.tidegate.server.fill;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;

/**
 * When orders are placed: day after day, at weekends more, four fifths of a day's between 18:00 and
 * 23:00 on a half sine that peaks at 20:30.
 */
final class Calendar {

  private static final int MINUTES = 24 * 60;
  private static final int EVENING_BEGINS = 18 * 60;
  private static final int EVENING_ENDS = 23 * 60;
  private static final double EVENING_SHARE = 0.8;
  private static final double DAY_SHARE = 0.17;
  private static final int DAY_BEGINS = 8 * 60;
  private static final double WEEKEND = 1.25;

  /** The share of a day's orders that are placed before each minute ends. */
  private static final double[] UP_TO = curve();

  private final ZoneId zone;
  private final LocalDate firstDay;

  /** The share of all orders that are placed before each day ends. */
  private final double[] upToDay;

  /** How much of each day's curve belongs to it: the last day ends in its middle. */
  private final double[] covered;

  /** From a moment's day, as a whole, to another moment. */
  Calendar(Instant from, Instant to, ZoneId zone) {
    this.zone = zone;
    this.firstDay = LocalDate.ofInstant(from, zone);
    LocalDateTime end = LocalDateTime.ofInstant(to, zone);
    int days = (int) (end.toLocalDate().toEpochDay() - firstDay.toEpochDay()) + 1;
    upToDay = new double[days];
    covered = new double[days];
    double sum = 0;
    for (int day = 0; day < days; day++) {
      covered[day] = day == days - 1 ? before(end.toLocalTime()) : 1;
      int weekday = firstDay.plusDays(day).getDayOfWeek().getValue();
      sum += covered[day] * (weekday >= 6 ? WEEKEND : 1);
      upToDay[day] = sum;
    }
    for (int day = 0; day < days; day++) {
      upToDay[day] /= sum;
    }
  }

  /** The first moment that an order can be placed at. */
  Instant begins() {
    return firstDay.atStartOfDay(zone).toInstant();
  }

  /** The moment before which this share of all orders is placed. */
  Instant at(double share) {
    int day = Math.min(upToDay.length - 1, place(upToDay, share));
    double before = day == 0 ? 0 : upToDay[day - 1];
    double ofDay = (share - before) / (upToDay[day] - before) * covered[day];
    int minute = Math.min(MINUTES - 1, place(UP_TO, ofDay));
    double beforeMinute = minute == 0 ? 0 : UP_TO[minute - 1];
    double ofMinute = (ofDay - beforeMinute) / (UP_TO[minute] - beforeMinute);
    long nanos = (long) ((minute + Math.clamp(ofMinute, 0, 1)) * 60e9);
    return firstDay
        .plusDays(day)
        .atTime(LocalTime.ofNanoOfDay(Math.min(nanos, LocalTime.MAX.toNanoOfDay())))
        .atZone(zone)
        .toInstant();
  }

  private static double before(LocalTime time) {
    int minute = time.toSecondOfDay() / 60;
    return UP_TO[minute];
  }

  /** The first place whose value is above this one. */
  private static int place(double[] rising, double value) {
    int found = Arrays.binarySearch(rising, value);
    return found < 0 ? -found - 1 : found + 1;
  }

  private static double[] curve() {
    double[] weights = new double[MINUTES];
    for (int minute = 0; minute < MINUTES; minute++) {
      if (minute >= EVENING_BEGINS && minute < EVENING_ENDS) {
        double x = (minute + 0.5 - EVENING_BEGINS) / (EVENING_ENDS - EVENING_BEGINS);
        double mean = 2 / Math.PI;
        weights[minute] =
            EVENING_SHARE * Math.sin(Math.PI * x) / mean / (EVENING_ENDS - EVENING_BEGINS);
      } else if (minute >= DAY_BEGINS && minute < EVENING_BEGINS) {
        weights[minute] = DAY_SHARE / (EVENING_BEGINS - DAY_BEGINS);
      } else {
        weights[minute] = (1 - EVENING_SHARE - DAY_SHARE) / (MINUTES - EVENING_ENDS + DAY_BEGINS);
      }
    }
    double[] upTo = new double[MINUTES];
    double sum = 0;
    for (int minute = 0; minute < MINUTES; minute++) {
      sum += weights[minute];
      upTo[minute] = sum;
    }
    for (int minute = 0; minute < MINUTES; minute++) {
      upTo[minute] /= sum;
    }
    return upTo;
  }
}
