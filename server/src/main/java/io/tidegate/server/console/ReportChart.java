package io.tidegate.server.console;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.reporting.Report;
import io.tidegate.shop.reporting.ReportType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A picture of a report's rows, as the script that draws it reads it: series over labels, in units
 * that people know. One for each currency, since they are never added up.
 */
final class ReportChart {

  /** Of what is ranked, so many are drawn. */
  private static final int RANKED_MAX = 20;

  /** A picture of more lines says nothing. */
  private static final int SERIES_MAX = 12;

  private static final int CURRENCIES_MAX = 3;
  private static final int HOURS = 24;

  private final ReportAnswer answer;
  private final ChartRecipe recipe;
  private final ReportNames names;
  private final Texts t;

  private ReportChart(ReportAnswer answer, ChartRecipe recipe, ReportNames names, Texts t) {
    this.answer = answer;
    this.recipe = recipe;
    this.names = names;
    this.t = t;
  }

  /**
   * A chart.
   *
   * @param title the currency where there are several; empty otherwise
   * @param json what is drawn
   */
  record Drawn(String title, String json) {}

  /** The values of a series, by label. */
  private record Series(String name, String unit, Map<String, Double> values) {}

  /** The charts of an answer; none where there is nothing to draw. */
  static List<Drawn> of(
      Report report,
      String cut,
      LocalDate from,
      LocalDate to,
      ReportAnswer answer,
      ReportNames names,
      Texts t) {
    ChartRecipe recipe = ChartRecipe.of(report, cut);
    if (recipe.kind() == ChartRecipe.Kind.NONE || answer.rows().isEmpty()) {
      return List.of();
    }
    ReportChart chart = new ReportChart(answer, recipe, names, t);
    int currency = answer.index("currency");
    if (currency < 0) {
      return List.of(new Drawn("", chart.json(answer.rows(), "", from, to)));
    }
    Set<String> currencies = new LinkedHashSet<>();
    answer.rows().forEach(row -> currencies.add(String.valueOf(row[currency])));
    return currencies.stream()
        .limit(CURRENCIES_MAX)
        .map(each ->
            new Drawn(
                currencies.size() > 1 ? names.of("currency", each, t) : "",
                chart.json(
                    answer.rows().stream().filter(row -> each.equals(row[currency])).toList(),
                    each,
                    from,
                    to)))
        .toList();
  }

  private String json(
      List<@Nullable Object[]> rows, String currency, LocalDate from, LocalDate to) {
    boolean ranked = !recipe.label().isEmpty() && recipe.kind() != ChartRecipe.Kind.HEAT;
    List<@Nullable Object[]> drawn =
        ranked ? rows.subList(0, Math.min(RANKED_MAX, rows.size())) : rows;
    Map<String, Series> series = series(drawn, currency);
    Set<String> labels = new LinkedHashSet<>();
    if (!ranked && recipe.kind() != ChartRecipe.Kind.HEAT) {
      labels.addAll(slots(rows, from, to));
    }
    drawn.forEach(row -> labels.add(label(row)));
    boolean gaps =
        ranked
            || recipe.kind() == ChartRecipe.Kind.BROKEN_LINES
            || recipe.kind() == ChartRecipe.Kind.LOG_LINES
            || recipe.kind() == ChartRecipe.Kind.HEAT;
    JsonWriter json = new JsonWriter(4_096).beginObject();
    json.field("kind", recipe.kind().name().toLowerCase(Locale.ROOT)).name("labels").beginArray();
    labels.forEach(json::value);
    json.endArray().name("series").beginArray();
    series.values().stream().limit(SERIES_MAX).forEach(each -> write(json, each, labels, gaps));
    json.endArray().endObject();
    return new String(json.toBytes(), StandardCharsets.UTF_8);
  }

  private static void write(JsonWriter json, Series series, Set<String> labels, boolean gaps) {
    json.beginObject().field("name", series.name()).field("unit", series.unit());
    json.name("values").beginArray();
    for (String label : labels) {
      Double value = series.values().get(label);
      String text = value == null ? gaps ? "null" : "0" : BigDecimal.valueOf(value).toPlainString();
      json.raw(text.getBytes(StandardCharsets.US_ASCII));
    }
    json.endArray().endObject();
  }

  private Map<String, Series> series(List<@Nullable Object[]> rows, String currency) {
    Map<String, Series> series = new LinkedHashMap<>();
    int split = recipe.split().isEmpty() ? -1 : answer.index(recipe.split());
    for (@Nullable Object[] row : rows) {
      for (String value : recipe.values()) {
        int column = answer.index(value);
        String name =
            split < 0 ? t.named("report_column", value) : cell(row, split, recipe.split());
        ReportType type = answer.columns().get(column).type();
        series
            .computeIfAbsent(
                name, _ -> new Series(name, unit(type, currency), new LinkedHashMap<>()))
            .values()
            .merge(label(row), number(row[column], type, currency), Double::sum);
      }
    }
    return series;
  }

  /** What stands beneath a row's values. */
  private String label(@Nullable Object[] row) {
    if (recipe.label().isEmpty()) {
      int hour = answer.index("hour");
      String day = String.valueOf(row[answer.index("day")]);
      return hour < 0 ? day : slot(day, ((Number) value(row[hour])).intValue());
    }
    String label = cell(row, answer.index(recipe.label()), recipe.label());
    int provider = answer.index("provider");
    return provider < 0 ? label : label + " · " + cell(row, provider, "provider");
  }

  private String cell(@Nullable Object[] row, int column, String name) {
    String text = String.valueOf(row[column]);
    return switch (answer.columns().get(column).type()) {
      case MONTH -> text.substring(0, "2026-01".length());
      case TEXT -> names.of(name, text, t);
      case DAY, HOUR, COUNT, MONEY, SHARE, RATIO, MILLISECONDS -> text;
    };
  }

  /** All days that were asked for, or all hours between the first and the last row. */
  private List<String> slots(List<@Nullable Object[]> rows, LocalDate from, LocalDate to) {
    int day = answer.index("day");
    if (answer.index("hour") < 0) {
      return from.datesUntil(to.plusDays(1)).map(LocalDate::toString).toList();
    }
    List<String> hours = new ArrayList<>();
    String first = label(rows.getFirst());
    String last = label(rows.getLast());
    LocalDate.parse(String.valueOf(rows.getFirst()[day]))
        .datesUntil(LocalDate.parse(String.valueOf(rows.getLast()[day])).plusDays(1))
        .forEach(each -> {
          for (int hour = 0; hour < HOURS; hour++) {
            hours.add(slot(each.toString(), hour));
          }
        });
    return hours.stream()
        .filter(hour -> hour.compareTo(first) >= 0 && hour.compareTo(last) <= 0)
        .toList();
  }

  private static String slot(String day, int hour) {
    return String.format(Locale.ROOT, "%s %02d:00", day, hour);
  }

  private static Object value(@Nullable Object value) {
    return value == null ? 0L : value;
  }

  private static double number(@Nullable Object value, ReportType type, String currency) {
    double number = ((Number) value(value)).doubleValue();
    return type == ReportType.MONEY && ReportTableText.isCurrency(currency)
        ? number / Math.pow(10, Money.zero(currency).fractionDigits())
        : number;
  }

  /** Its unit: a currency's code for amounts, otherwise the type's name. */
  private static String unit(ReportType type, String currency) {
    if (type != ReportType.MONEY) {
      return type.wire();
    }
    return ReportTableText.isCurrency(currency) ? currency : ReportType.COUNT.wire();
  }
}
