package io.tidegate.server.console;

import java.util.List;

/**
 * What the overview shows.
 *
 * @param faults the worst first
 * @param sections everything else
 */
record MonitoringBoard(List<Trouble> faults, List<Part> sections) {

  /**
   * Something that is wrong, or waits for a person.
   *
   * @param weight how bad it is
   * @param does what to do about it
   * @param href where that is done; empty where it is not in the console, or not for this member
   * @param label what that place is called
   * @param paragraph of the handbook
   */
  record Trouble(
      String code,
      OrderList.State weight,
      String title,
      String does,
      String href,
      String label,
      String paragraph) {}

  /**
   * Figures of one kind: named ones, or rows of a table.
   *
   * @param figures empty where it is a table
   * @param columns empty where it is not
   * @param none what is said where there are no rows
   */
  record Part(
      String code,
      String title,
      List<Figure> figures,
      List<String> columns,
      List<List<String>> rows,
      String none) {}

  /** A named figure; {@code state} is one of the looks of states, or empty. */
  record Figure(String name, String value, String state) {}

  /** Where the list of faults is looked for again. */
  String faultsHref() {
    return "/console/monitoring/faults?seen=" + Live.seen(faults);
  }

  String figuresHref() {
    return "/console/monitoring/figures?seen=" + Live.seen(sections);
  }
}
