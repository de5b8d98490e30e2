package io.tidegate.server.console;

import io.tidegate.platform.http.Problem;
import io.tidegate.shop.reporting.ReportColumn;
import io.tidegate.shop.reporting.ReportType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the process of the reports answered, as far as a page has room for it: it is read piece by
 * piece, and of rows without end the first are kept.
 *
 * @param rows values in the columns' order: String, Long, Double or null
 * @param total how many rows there were
 * @param cut whether even that was not all
 * @param asOf when the newest row that counts happened; null where nothing did, or nobody said
 * @param lagSeconds -1 where nobody said
 * @param leftOut files whose rows lack, since they can't be had now
 */
record ReportAnswer(
    List<ReportColumn> columns,
    List<@Nullable Object[]> rows,
    long total,
    boolean cut,
    long millis,
    @Nullable Instant asOf,
    long lagSeconds,
    long leftOut) {

  /** Rows that are kept for a chart; a table shows fewer still. */
  static final int ROWS_MAX = 10_000;

  private static final JsonMapper JSON = JsonMapper.shared();

  /** Reads it. */
  static ReportAnswer read(byte[] json) {
    try (JsonParser parser = JSON.createParser(json)) {
      return new Reading(parser).answer();
    }
  }

  /** That rows lack, in words, with a blank behind; empty where none do. */
  String lacking(Texts t) {
    return leftOut == 0 ? "" : t.with("reports.left_out", leftOut) + " ";
  }

  /** A refusal that the process of the reports answered with. */
  static Problem problem(ReportsWay.Answer answer) {
    return Refusal.read(answer).problem();
  }

  /** Where a column of this name stands; -1 where there is none. */
  int index(String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Why it refused.
   *
   * @param pointer what is wrong, and
   * @param detail why; both empty where it is not about what was asked
   */
  record Refusal(int status, String code, String pointer, String detail) {

    static Refusal read(ReportsWay.Answer answer) {
      if (!answer.contentType().startsWith("application/problem+json")) {
        return new Refusal(answer.status(), "", "", "");
      }
      var told = JSON.readTree(answer.body());
      var first = told.path("errors").path(0);
      return new Refusal(
          answer.status(),
          told.path("code").asString(""),
          first.path("pointer").asString(""),
          first.path("detail").asString(""));
    }

    /** The same for whoever shows an error page. */
    Problem problem() {
      return switch (status) {
        case 400 -> Problem.invalid(pointer, detail);
        case 403 -> Problem.forbidden();
        case 404 -> Problem.notFound();
        case 503 -> Problem.unavailable(code, "The reports can't answer now", 5);
        default -> throw new IllegalStateException("the reports answered " + status + " " + code);
      };
    }
  }

  /** One pass over the text. */
  private static final class Reading {
    private final JsonParser parser;
    private final List<ReportColumn> columns = new ArrayList<>();
    private final List<@Nullable Object[]> rows = new ArrayList<>();
    private long total;
    private boolean cut;
    private long millis;
    private @Nullable Instant asOf;
    private long lagSeconds = -1;
    private long leftOut;

    Reading(JsonParser parser) {
      this.parser = parser;
    }

    ReportAnswer answer() {
      parser.nextToken();
      for (String field = parser.nextName(); field != null; field = parser.nextName()) {
        JsonToken value = parser.nextToken();
        switch (field) {
          case "columns" -> columns();
          case "rows" -> rows();
          case "cut" -> cut = value == JsonToken.VALUE_TRUE;
          case "millis" -> millis = parser.getLongValue();
          case "asOf" -> asOf = Instant.parse(parser.getString());
          case "lagSeconds" -> lagSeconds = parser.getLongValue();
          case "leftOut" -> leftOut = parser.getLongValue();
          default -> parser.skipChildren();
        }
      }
      return new ReportAnswer(columns, rows, total, cut, millis, asOf, lagSeconds, leftOut);
    }

    private void columns() {
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        String name = "";
        String type = "";
        for (String field = parser.nextName(); field != null; field = parser.nextName()) {
          parser.nextToken();
          switch (field) {
            case "name" -> name = parser.getString();
            case "type" -> type = parser.getString();
            default -> parser.skipChildren();
          }
        }
        columns.add(new ReportColumn(name, ReportType.valueOf(type.toUpperCase(Locale.ROOT))));
      }
    }

    private void rows() {
      while (parser.nextToken() == JsonToken.START_ARRAY) {
        total++;
        if (rows.size() < ROWS_MAX) {
          rows.add(row());
        } else {
          parser.skipChildren();
        }
      }
    }

    private @Nullable Object[] row() {
      List<@Nullable Object> row = new ArrayList<>();
      for (JsonToken cell = parser.nextToken();
          cell != JsonToken.END_ARRAY;
          cell = parser.nextToken()) {
        row.add(
            switch (cell) {
              case VALUE_NULL -> null;
              case VALUE_NUMBER_INT -> parser.getLongValue();
              case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
              default -> parser.getString();
            });
      }
      return row.toArray(new @Nullable Object[0]);
    }
  }
}
