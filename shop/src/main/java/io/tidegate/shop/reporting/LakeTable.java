package io.tidegate.shop.reporting;

import static io.tidegate.shop.reporting.LakeType.BIGINT;
import static io.tidegate.shop.reporting.LakeType.BOOLEAN;
import static io.tidegate.shop.reporting.LakeType.INTEGER;
import static io.tidegate.shop.reporting.LakeType.TIMESTAMP;
import static io.tidegate.shop.reporting.LakeType.VARCHAR;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The tables of the lake. A column is only ever added, at the end: files that were written before
 * lack it.
 */
public enum LakeTable {

  /** A row for each event of an order. */
  ORDERS(
      column("position", BIGINT),
      column("happened_at", TIMESTAMP),
      column("type", VARCHAR),
      column("number", BIGINT),
      column("version", INTEGER),
      column("user_id", BIGINT),
      column("region", VARCHAR),
      column("state", VARCHAR),
      column("currency", VARCHAR),
      column("items_total", BIGINT),
      column("discount_total", BIGINT),
      column("freight", BIGINT),
      column("total", BIGINT),
      column("placed_at", TIMESTAMP),
      column("paid_at", TIMESTAMP),
      column("reason", VARCHAR),
      column("provider", VARCHAR),
      column("courier", VARCHAR),
      column("coupon", VARCHAR),
      column("coupon_amount", BIGINT),
      column("points", BIGINT),
      column("amount", BIGINT),
      column("sale", VARCHAR)),

  /** A row for each line of an event of an order that tells its lines. */
  LINES(
      column("position", BIGINT),
      column("happened_at", TIMESTAMP),
      column("type", VARCHAR),
      column("number", BIGINT),
      column("version", INTEGER),
      column("user_id", BIGINT),
      column("region", VARCHAR),
      column("line", INTEGER),
      column("sku", VARCHAR),
      column("product", VARCHAR),
      column("category", VARCHAR),
      column("quantity", INTEGER),
      column("unit_price", BIGINT),
      column("discount", BIGINT),
      column("total", BIGINT),
      column("pool", VARCHAR),
      column("currency", VARCHAR)),

  /** Money that came, and captures that are no order's. */
  PAYMENTS(
      column("position", BIGINT),
      column("happened_at", TIMESTAMP),
      column("type", VARCHAR),
      column("number", BIGINT),
      column("payment", VARCHAR),
      column("provider", VARCHAR),
      column("amount", BIGINT),
      column("currency", VARCHAR)),

  /** What customers ask back, and what became of refunds at providers. */
  REFUNDS(
      column("position", BIGINT),
      column("happened_at", TIMESTAMP),
      column("type", VARCHAR),
      column("number", BIGINT),
      column("refund", VARCHAR),
      column("user_id", BIGINT),
      column("kind", VARCHAR),
      column("state", VARCHAR),
      column("provider", VARCHAR),
      column("reason", VARCHAR),
      column("amount", BIGINT),
      column("deducted", BIGINT),
      column("currency", VARCHAR),
      column("how", VARCHAR)),

  /** How far parcels are. */
  SHIPMENTS(
      column("position", BIGINT),
      column("happened_at", TIMESTAMP),
      column("type", VARCHAR),
      column("number", BIGINT),
      column("shipment", VARCHAR),
      column("warehouse", VARCHAR),
      column("carrier", VARCHAR),
      column("pieces", INTEGER),
      column("last", BOOLEAN)),

  /** Flash sales: the event as it is, in JSON. */
  SALES(
      column("position", BIGINT),
      column("happened_at", TIMESTAMP),
      column("type", VARCHAR),
      column("sale", VARCHAR),
      column("stage", VARCHAR),
      column("mode", VARCHAR),
      column("body", VARCHAR)),

  /** What visitors do. It is in no log, so {@code position} is null. */
  BEHAVIOUR(
      column("position", BIGINT),
      column("happened_at", TIMESTAMP),
      column("type", VARCHAR),
      column("batch", VARCHAR),
      column("user_id", BIGINT),
      column("session", VARCHAR),
      column("sku", VARCHAR),
      column("category", VARCHAR),
      column("query", VARCHAR),
      column("region", VARCHAR),
      column("stars", INTEGER));

  private final List<LakeColumn> columns;
  private final Map<String, Integer> indexes;

  LakeTable(LakeColumn... columns) {
    this.columns = List.of(columns);
    this.indexes =
        IntStream.range(0, columns.length)
            .boxed()
            .collect(Collectors.toUnmodifiableMap(at -> columns[at].name(), at -> at));
  }

  private static LakeColumn column(String name, LakeType type) {
    return new LakeColumn(name, type);
  }

  /** The tables that a text in SQL reads. */
  static Set<LakeTable> readBy(String text) {
    return Arrays.stream(values())
        .filter(table ->
            Pattern.compile("\\b(from|join)\\s+" + table.sql() + "\\b").matcher(text).find())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Its name in SQL, in the manifest and as a folder. */
  public String sql() {
    return name().toLowerCase(Locale.ROOT);
  }

  public List<LakeColumn> columns() {
    return columns;
  }

  /** Whether its rows come from the event log, and can be made again from it. */
  public boolean fromLog() {
    return this != BEHAVIOUR;
  }

  /** The table with this name. */
  public static LakeTable named(String sql) {
    return valueOf(sql.toUpperCase(Locale.ROOT));
  }

  /** Where a column stands, from 0. */
  int index(String column) {
    Integer at = indexes.get(column);
    if (at == null) {
      throw new IllegalArgumentException(sql() + " has no column " + column);
    }
    return at;
  }

  /** Names of all columns, with commas between them. */
  String names() {
    return columns.stream().map(LakeColumn::name).collect(Collectors.joining(", "));
  }

  /** Names and types of all columns, as SQL declares them. */
  String declared() {
    return columns.stream()
        .map(column -> column.name() + " " + column.type())
        .collect(Collectors.joining(", "));
  }
}
