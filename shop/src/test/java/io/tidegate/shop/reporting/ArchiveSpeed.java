package io.tidegate.shop.reporting;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.shop.kernel.OrderNumber;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.duckdb.DuckDBConnection;

/**
 * Measures how long an archive takes to be written and to be looked up: {@code ArchiveSpeed FOLDER
 * ORDERS MONTHS}. Not a test: figures are for people.
 */
public final class ArchiveSpeed {

  private static final int LOOKS = 300;
  private static final YearMonth FIRST = YearMonth.of(2025, 1);

  private ArchiveSpeed() {}

  /** Writes and looks up. */
  public static void main(String[] arguments) throws SQLException, IOException {
    Path folder = Path.of(arguments[0]);
    int orders = Integer.parseInt(arguments[1]);
    int months = Integer.parseInt(arguments[2]);
    int users = Math.max(1_000, orders / 10);
    String url = TestPostgres.migratedDatabase();
    try (Database database = new Database(DatabaseSettings.of(url), Clock.system());
        Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
      try (Statement statement = duck.createStatement()) {
        statement.execute("set threads = 1");
        statement.execute("set memory_limit = '512MiB'");
        statement.execute("set temp_directory = '" + folder.resolve("tmp") + "'");
      }
      long began = System.nanoTime();
      long bytes = write(duck, database, folder, orders, months, users);
      System.out.printf(
          "%,d orders in %d months: %.1f s, %.1f MB%n",
          orders, months, (System.nanoTime() - began) / 1e9, bytes / 1e6);
      look(duck, database, folder, orders, months, users);
    }
  }

  private static long write(
      Connection duck, Database database, Path folder, int orders, int months, int users)
      throws SQLException {
    Random random = new Random(7);
    long bytes = 0;
    for (int m = 0; m < months; m++) {
      YearMonth month = FIRST.plusMonths(m);
      long from = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
      int each = orders / months;
      long step = 28L * 86_400_000 / each;
      try (ArchiveWriter writer =
          new ArchiveWriter(
              duck.unwrap(DuckDBConnection.class).duplicate(),
              folder,
              month,
              ArchiveFile.Source.RETIRED)) {
        for (int i = 0; i < each; i++) {
          writer.add(order(from + i * step, user(m, i, users), random));
        }
        List<ArchiveFile> files = writer.finish();
        bytes += files.stream().mapToLong(ArchiveFile::bytes).sum();
        database.write(
            "archive-speed",
            tx -> {
              ArchiveFiles.add(tx, files);
              return true;
            });
      }
    }
    return bytes;
  }

  private static long user(int month, int i, int users) {
    return 1 + (month * 7_919L + i * 104_729L) % users;
  }

  private static ArchivedOrder order(long millis, long user, Random random) {
    OrderNumber number = OrderNumber.of(millis, user, 0, 0);
    String item =
        "{\"line\":1,\"sku\":\"S%06d\",\"title\":\"Goods number %d\",\"quantity\":1,\"refundedQuantity\":0,\"unitPrice\":{\"amount\":1990,\"currency\":\"CNY\"},\"discount\":{\"amount\":0,\"currency\":\"CNY\"},\"total\":{\"amount\":1990,\"currency\":\"CNY\"}}"
            .formatted(random.nextInt(10_000), random.nextInt(10_000));
    String summary =
        "{\"number\":\"%s\",\"state\":\"completed\",\"total\":{\"amount\":1990,\"currency\":\"CNY\"},\"createdAt\":\"%s\",\"items\":[%s],\"itemCount\":1}"
            .formatted(number, Instant.ofEpochMilli(millis), item);
    String document =
        "{\"number\":\"%s\",\"state\":\"completed\",\"version\":5,\"createdAt\":\"%s\",\"items\":[%s,%s],\"payments\":[{\"id\":\"%sp1\",\"order\":\"%s\",\"provider\":\"sandbox\",\"state\":\"captured\"}],\"effects\":[%s],\"shipments\":[{\"id\":\"%sS1\",\"warehouse\":\"sha\",\"state\":\"delivered\",\"carrier\":\"sandbox-express\",\"waybill\":\"W%d\"}],\"refunds\":[],\"returns\":[]}"
            .formatted(
                number,
                Instant.ofEpochMilli(millis),
                item,
                item,
                number,
                number,
                "{\"name\":\"points\",\"state\":\"done\",\"tries\":1},".repeat(6)
                    + "{\"name\":\"order\",\"state\":\"done\",\"tries\":1}",
                number,
                random.nextInt());
    String step =
        "{\"version\":%d,\"at\":\"%s\",\"from\":\"x\",\"to\":\"y\",\"fact\":\"order.paid\",\"actor\":\"user 1\",\"traceId\":\"%016x%016x\"}";
    StringBuilder timeline = new StringBuilder("[");
    for (int i = 1; i <= 5; i++) {
      timeline
          .append(i == 1 ? "" : ",")
          .append(
              step.formatted(
                  i, Instant.ofEpochMilli(millis), random.nextLong(), random.nextLong()));
    }
    return new ArchivedOrder(
        number,
        user,
        Instant.ofEpochMilli(millis),
        "completed",
        5,
        1990,
        "CNY",
        null,
        summary,
        document,
        timeline.append(']').toString(),
        "[{\"shipment\":\"" + number + "S1\",\"status\":\"delivered\",\"text\":\"came\"}]");
  }

  private static void look(
      Connection duck, Database database, Path folder, int orders, int months, int users)
      throws SQLException {
    int each = orders / months;
    long step = 28L * 86_400_000 / each;
    Random random = new Random(3);
    try (ArchiveReader reader =
        new ArchiveReader(
            duck.unwrap(DuckDBConnection.class).duplicate(), folder, new ArchiveFiles(database))) {
      for (String round : new String[] {"cold", "warm"}) {
        long[] one = new long[LOOKS];
        long[] mine = new long[LOOKS];
        int rows = 0;
        for (int l = 0; l < LOOKS; l++) {
          int m = random.nextInt(months);
          int i = random.nextInt(each);
          long from =
              FIRST.plusMonths(m).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
          OrderNumber number = OrderNumber.of(from + i * step, user(m, i, users), 0, 0);
          long began = System.nanoTime();
          var _ = reader.order(number).orElseThrow();
          one[l] = System.nanoTime() - began;
          began = System.nanoTime();
          rows +=
              reader
                  .mine(new ArchiveReader.Ask(user(m, i, users), Long.MAX_VALUE, 0, 21, "", ""))
                  .size();
          mine[l] = System.nanoTime() - began;
        }
        print(round + ", an order", one);
        print(round + ", a page of " + (double) rows / LOOKS + " orders", mine);
      }
    }
  }

  private static void print(String what, long[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        "%s: p50 %.1f ms, p99 %.1f ms%n",
        what, nanos[nanos.length / 2] / 1e6, nanos[nanos.length * 99 / 100] / 1e6);
  }
}
