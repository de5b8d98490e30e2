package io.tidegate.server.console;

import java.util.List;

/**
 * What the page of a report shows.
 *
 * @param name in addresses
 * @param cuts ways to cut the figures; with one only there is no choice
 * @param limit rows at most; empty where the report has all its rows
 * @param wrong what is wrong with what was asked; empty for nothing
 */
record ReportView(
    String name,
    String title,
    String help,
    String from,
    String to,
    List<OrderList.Choice> cuts,
    String limit,
    String wrong,
    List<Span> spans,
    Result result) {

  /** Days that are asked for often. */
  record Span(String href, String label, boolean chosen) {}

  /**
   * What it was answered with.
   *
   * @param trouble why there is no answer now; empty where there is one
   * @param troubleHelp what comes of it
   * @param again where the answer is looked for again; empty where that would not help
   * @param charts none where there is nothing to draw
   * @param facts as of when it is, and what it cost
   * @param partly that there are more rows than are shown; empty where there are not
   * @param csv where the rows are as CSV
   */
  record Result(
      String trouble,
      String troubleHelp,
      String again,
      List<ReportChart.Drawn> charts,
      Table table,
      String facts,
      String partly,
      String csv) {

    static Result troubled(String trouble, String help, String again) {
      return new Result(
          trouble, help, again, List.of(), new Table(List.of(), List.of()), "", "", "");
    }
  }

  /** Rows under columns. */
  record Table(List<Column> columns, List<List<Cell>> rows) {}

  /** A column, and whether it holds figures. */
  record Column(String title, boolean isNumber) {}

  /**
   * A cell.
   *
   * @param note a line beneath it; empty for none
   */
  record Cell(String text, String note) {}
}
