package io.tidegate.shop.reporting;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A lake with hand-made rows, and the desk that answers reports on it. */
final class ReportsLake implements AutoCloseable {

  static final LocalDate FIRST = LocalDate.parse("2026-11-10");
  static final LocalDate LAST = LocalDate.parse("2026-11-12");

  /** A day by which everything that happened is kept. */
  static final LocalDate LONG_AFTER = LocalDate.parse("2026-12-20");

  final LakeShop shop;
  final Rollups rollups;
  final ReportDesk desk;
  private final List<LakeRow> rows = new ArrayList<>();
  private long position;

  ReportsLake(Path folder) {
    this(folder, _ -> Map.of());
  }

  ReportsLake(Path folder, CouponTemplates templates) {
    shop = new LakeShop(folder);
    rollups = Rollups.open(shop.lake, shop.ground.files(), shop.ground.views(), templates);
    desk =
        new ReportDesk(
            shop.lake,
            new LakeReader(shop.ground, shop.repair()),
            rollups,
            () -> Instant.parse("2026-11-12T10:00:00Z"));
  }

  /** A moment of Shanghai. */
  static Instant at(String local) {
    return LocalDateTime.parse(local).atZone(LakeShop.ZONE).toInstant();
  }

  LakeRow.Draft draft(LakeTable table, String type, String local) {
    Instant at = at(local);
    return LakeRow.of(table, LocalDate.ofInstant(at, LakeShop.ZONE))
        .set("position", ++position)
        .set("happened_at", at)
        .set("type", type);
  }

  void add(LakeRow.Draft draft) {
    rows.add(draft.row());
  }

  /** An event of an order that says what it comes to. */
  LakeRow.Draft order(String type, String local, Order order, int version, String state) {
    return draft(LakeTable.ORDERS, type, local)
        .set("number", order.number())
        .set("version", version)
        .set("user_id", order.user())
        .set("region", order.region())
        .set("state", state)
        .set("placed_at", order.placed())
        .set("currency", order.currency())
        .set("total", order.total());
  }

  /** An event of an order that only says how far it is. */
  LakeRow.Draft moved(String type, String local, Order order, int version, String state) {
    return draft(LakeTable.ORDERS, type, local)
        .set("number", order.number())
        .set("version", version)
        .set("user_id", order.user())
        .set("region", order.region())
        .set("state", state)
        .set("placed_at", order.placed());
  }

  LakeRow.Draft line(String type, String local, Order order, String sku, int quantity, long total) {
    return draft(LakeTable.LINES, type, local)
        .set("number", order.number())
        .set("version", 2)
        .set("user_id", order.user())
        .set("region", order.region())
        .set("sku", sku)
        .set("product", "P" + sku)
        .set("category", sku.startsWith("A") ? "audio" : "books")
        .set("quantity", quantity)
        .set("total", total)
        .set("currency", order.currency());
  }

  void visit(String type, String local, long user) {
    add(draft(LakeTable.BEHAVIOUR, type, local).set("user_id", user));
  }

  /** Who ordered what. */
  record Order(
      long number, long user, String region, String currency, long total, Instant placed) {}

  /** Writes the rows that were added, as one more file for each table and day. */
  void write() throws SQLException, IOException {
    List<LakeFile.Written> files =
        shop.ground.output().write(Positions.NONE, 0, out -> rows.forEach(out));
    rows.clear();
    shop.database.write(
        "test",
        tx -> {
          LakeFiles.add(tx, files);
          return true;
        });
  }

  /** Fills it with a made-up shop's past, while it is empty. */
  void fill(long orders, int days, LocalDate last) {
    LakeFill.run(
        shop.database,
        shop.lake,
        new LakeFill.Wish(orders, days, 700, 300, 3, 7, last),
        new LakeFill.Audience() {
          @Override
          public void filled(long filled, long of) {}

          @Override
          public boolean stopAsked() {
            return false;
          }
        });
  }

  void keepUp(LocalDate today) {
    while (rollups.keepUp(today)) {
      // more to do
    }
  }

  /** The rows of an answer, each as its values with spaces between them. */
  List<String> ask(Report report, String by, LocalDate from, LocalDate to) {
    return ask(new ReportQuery(report, report.cut(by).orElseThrow(), from, to, 100));
  }

  List<String> ask(ReportQuery query) {
    return desk.run(query).table().rows().stream().map(ReportsLake::text).toList();
  }

  private static String text(@Nullable Object[] row) {
    return Arrays.stream(row)
        .map(value -> value == null ? "-" : ReportTable.text(value))
        .collect(Collectors.joining(" "));
  }

  /** The rows of a query on the lake's raw rows, in the same form. */
  List<String> raw(String sql) throws SQLException {
    try (Connection connection = shop.lake.connect()) {
      shop.ground.views().refresh(connection);
      return rows(connection, sql);
    }
  }

  static List<String> rows(Connection connection, String sql) throws SQLException {
    return RollupFile.rows(connection, sql).stream().map(ReportsLake::text).toList();
  }

  void run(String sql) throws SQLException {
    try (Connection connection = shop.lake.connect()) {
      RollupFile.run(connection, sql);
    }
  }

  @Override
  public void close() {
    desk.close();
    shop.close();
  }
}
