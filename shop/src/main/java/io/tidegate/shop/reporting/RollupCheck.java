package io.tidegate.shop.reporting;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A comparison of all that is kept with the raw rows, a part at a time: between two parts the
 * rollups are kept up as ever.
 */
public final class RollupCheck {

  private final Rollups rollups;
  private final Deque<Days> days;
  private final int daysInAll;
  private int historic;
  private int compared;
  private long rows;
  private final List<Rollups.Wrong> wrong = new ArrayList<>();

  RollupCheck(Rollups rollups, List<Days> parts) {
    this.rollups = rollups;
    this.days = new ArrayDeque<>(parts);
    this.daysInAll = parts.stream().mapToInt(Days::size).sum();
  }

  /**
   * Compares one part.
   *
   * @return whether there are more
   */
  public synchronized boolean next() {
    Days part = days.peek();
    if (part != null) {
      add(rollups.compare(part)); // where that fails, the next call compares it
      days.remove();
    } else if (historic < RollupHistory.CHECKS_COUNT) {
      wrong.addAll(rollups.compareHistory(historic));
      historic++;
    }
    return historic < RollupHistory.CHECKS_COUNT;
  }

  private void add(Rollups.Checked part) {
    compared += part.days();
    rows += part.rows();
    wrong.addAll(part.wrong());
  }

  /** What it has found so far. */
  public synchronized Rollups.Checked found() {
    return new Rollups.Checked(compared, rows, List.copyOf(wrong));
  }

  /** The days that were kept when it began. */
  public int daysInAll() {
    return daysInAll;
  }
}
