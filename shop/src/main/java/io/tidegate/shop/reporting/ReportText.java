package io.tidegate.shop.reporting;

import io.tidegate.platform.http.JsonWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers as JSON and as CSV (RFC 4180). */
final class ReportText {

  /** What a spreadsheet would take for a formula; numbers are none. */
  private static final Pattern FORMULA = Pattern.compile("'*[=+\\-@\t\r].*", Pattern.DOTALL);

  private static final Pattern QUOTED = Pattern.compile(".*[\",\r\n].*", Pattern.DOTALL);

  private ReportText() {}

  /** Writes {@code columns} and {@code rows} of an object. */
  static void json(JsonWriter json, ReportTable table) {
    columns(json.name("columns"), table.columns());
    json.name("rows").beginArray();
    for (@Nullable Object[] row : table.rows()) {
      json.beginArray();
      for (Object value : row) {
        value(json, value);
      }
      json.endArray();
    }
    json.endArray();
  }

  static void columns(JsonWriter json, java.util.List<ReportColumn> columns) {
    json.beginArray();
    for (ReportColumn column : columns) {
      json.beginObject()
          .field("name", column.name())
          .field("type", column.type().wire())
          .endObject();
    }
    json.endArray();
  }

  private static void value(JsonWriter json, @Nullable Object value) {
    switch (value) {
      case null -> json.raw("null".getBytes(StandardCharsets.US_ASCII));
      case Long number -> json.value((long) number);
      case Boolean truth -> json.value((boolean) truth);
      case Double number when Double.isFinite(number) ->
          json.raw(number.toString().getBytes(StandardCharsets.US_ASCII));
      case BigDecimal number ->
          json.raw(number.toPlainString().getBytes(StandardCharsets.US_ASCII));
      default -> json.value(ReportTable.text(value));
    }
  }

  static byte[] csv(ReportTable table) {
    StringBuilder csv = new StringBuilder();
    for (int i = 0; i < table.columns().size(); i++) {
      csv.append(i > 0 ? "," : "").append(cell(table.columns().get(i).name()));
    }
    csv.append("\r\n");
    for (@Nullable Object[] row : table.rows()) {
      for (int i = 0; i < row.length; i++) {
        csv.append(i > 0 ? "," : "").append(cell(row[i]));
      }
      csv.append("\r\n");
    }
    return csv.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String cell(@Nullable Object value) {
    String text = ReportTable.text(value);
    if (value instanceof Number || value instanceof LocalDate) {
      return text;
    }
    String guarded = FORMULA.matcher(text).matches() ? "'" + text : text;
    return QUOTED.matcher(guarded).matches() ? '"' + guarded.replace("\"", "\"\"") + '"' : guarded;
  }
}
