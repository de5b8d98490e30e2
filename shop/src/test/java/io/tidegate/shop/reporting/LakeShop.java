package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.Event;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.shop.kernel.OrderNumber;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A lake of one test: a database with a log, a folder, and orders that are placed and paid. */
final class LakeShop implements AutoCloseable {

  static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

  /** An hour before midnight in Shanghai. */
  static final Instant EVENING = Instant.parse("2026-11-10T15:00:00Z");

  final Database database =
      new Database(DatabaseSettings.of(TestPostgres.migratedDatabase()), InstantSource.system());
  final EventLog log = new EventLog(database);
  final Lake lake;
  final LakeGround ground;
  final LakeWriter writer;

  LakeShop(Path folder) {
    this(folder, 4);
  }

  LakeShop(Path folder, int smallFilesMax) {
    LakeSettings settings =
        LakeSettings.of(folder.resolve("lake"), folder.resolve("duckdb"), ZONE)
            .withFiles(smallFilesMax, Duration.ZERO, Duration.ofHours(1));
    LakeHome.claim(database, settings, "test");
    lake = Lake.open(settings);
    ground = LakeGround.of(database, log, lake);
    writer = new LakeWriter(ground, () -> {});
  }

  /** An order's events, each a minute after the one before. */
  static List<Event> order(int n, Instant at) {
    long number = OrderNumber.of(at.toEpochMilli(), n, 1, n % 256).value();
    String head =
        "{\"number\":\"%d\",\"user\":\"%d\",\"region\":\"330106\",\"state\":\"%s\",\"version\":%d,"
            + "\"currency\":\"CNY\",\"itemsTotal\":3000,\"discountTotal\":100,\"freight\":0,"
            + "\"total\":2900,";
    String items =
        "\"items\":[{\"line\":1,\"sku\":\"A-1\",\"title\":\"a\",\"quantity\":2,\"unitPrice\":1000,"
            + "\"discount\":100,\"total\":1900},{\"line\":2,\"sku\":\"B-'1\",\"title\":\"b\","
            + "\"quantity\":1,\"unitPrice\":1000,\"discount\":0,\"total\":1000}]}";
    Instant paid = at.plusSeconds(60);
    return List.of(
        event(
            "order.placed.v1",
            number,
            1,
            at,
            head.formatted(number, n, "awaiting_payment", 1)
                + "\"payBefore\":\""
                + at.plusSeconds(900)
                + "\","
                + items),
        event(
            "order.paid.v1",
            number,
            2,
            paid,
            head.formatted(number, n, "awaiting_shipment", 2)
                + "\"paidAt\":\""
                + paid
                + "\",\"payment\":\""
                + number
                + "p1\",\"provider\":\"sandbox\","
                + items));
  }

  static Event event(String type, long key, int version, Instant at, String json) {
    return new Event(type, key, version, at, "", json.getBytes(StandardCharsets.UTF_8));
  }

  /** Logs the events of so many orders, half an hour apart each hundred. */
  List<LoggedEvent> log(int from, int orders) {
    List<Event> events = new ArrayList<>();
    for (int n = from; n < from + orders; n++) {
      events.addAll(order(n, EVENING.plusSeconds(36L * n)));
    }
    long before = log.newest().map(LoggedEvent::position).orElse(0L);
    database.write(
        "log",
        tx -> {
          log.append(tx, events);
          return true;
        });
    return log.after(before, events.size());
  }

  /** Has events written as a consumer's transaction does. */
  void write(List<LoggedEvent> events) {
    database.writeOnce(tx -> {
      writer.handle(tx, events);
      return true;
    });
  }

  /** Says that all events up to one were written. */
  void receipts(LoggedEvent last) {
    run(
        "insert into messaging.receipt (consumer, slot, range, bits) select 'lake', 0, 0,"
            + " rpad(repeat('1', %d), 8192, '0')::bit(8192)".formatted(last.position() + 1));
  }

  LakeRepair repair() {
    return new LakeRepair(ground, null);
  }

  LakeRepair repair(@Nullable LakeMirror mirror) {
    return new LakeRepair(ground, mirror);
  }

  /** What a query to the lake's views answers, a text for each row. */
  List<String> ask(String sql) throws SQLException {
    return new LakeReader(ground, repair()).read(connection -> rows(connection, sql));
  }

  static List<String> rows(Connection connection, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        StringBuilder row = new StringBuilder();
        for (int i = 1; i <= columns; i++) {
          row.append(i > 1 ? "|" : "").append(result.getString(i));
        }
        rows.add(row.toString());
      }
    }
    return rows;
  }

  /** Everything that is in the lake, in one order. */
  List<String> contents() throws SQLException {
    List<String> all = new ArrayList<>();
    for (LakeTable table : LakeTable.values()) {
      for (String row : ask("select * from " + table.sql() + " order by all")) {
        all.add(table.sql() + ": " + row);
      }
    }
    return all;
  }

  Path path(LakeFile file) {
    return lake.folder().resolve(file.path());
  }

  void run(String sql) {
    database.writeOnce(tx -> {
      tx.write(Sql.of(sql));
      return true;
    });
  }

  @Override
  public void close() {
    lake.close();
    database.close();
  }
}
