package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.shop.kernel.OrderNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Another shop's orders are taken whole or not at all, once, and to the fen. */
class OrderImportTest {

  private static final String HEAD =
      "number,user,created_at,state,sku,title,quantity,unit_price,discount,freight,total,currency,"
          + "paid_at,provider,region,refunded\n";

  /** Five orders, one of two lines, every state, half refunded and whole. */
  private static final String GOOD =
      HEAD
          + "A-1,5,2025-03-01 00:30:00,completed,S1,\"T, one\",2,10.50,1.00,6,26.00,CNY,"
          + "2025-03-01 00:35:00,alipay,330106,1\n"
          + "A-1,5,2025-03-01 00:30:00,completed,S2,T2,1,0,,6,26.00,CNY,2025-03-01 00:35:00,"
          + "alipay,330106,0\n"
          + "A-2,5,2025-03-02T10:00:00Z,closed,S1,T,1,1.00,,,1.00,,,,,\n"
          + "A-3,6,2025-04-02T10:00:00+08:00,refunded,S1,T,3,1,,,3,JPY,2025-04-03,wechat,,\n"
          + "A-4,7,2025-04-02,cancelled,S1,T,1,1.00,,,1.00,CNY,,,,\n"
          + "A-5,1029,2025-03-01 00:30:00,completed,S1,T,1,9.99,,,9.99,CNY,2025-03-01 00:30:00,,,\n";

  @TempDir private Path folder;
  private Database database;
  private Lake lake;
  private final List<String> bad = new ArrayList<>();

  private final ImportAudience audience =
      new ImportAudience() {
        @Override
        public void bad(String file, long line, String column, String why) {
          bad.add(line + " " + column + " " + why);
        }

        @Override
        public void says(String step) {}

        @Override
        public void reached(long orders, long of) {}

        @Override
        public boolean stopAsked() {
          return false;
        }
      };

  @BeforeEach
  void open() {
    database =
        new Database(DatabaseSettings.of(TestPostgres.migratedDatabase()), InstantSource.system());
    LakeSettings settings =
        LakeSettings.of(folder.resolve("lake"), folder.resolve("tmp"), ZoneId.of("Asia/Shanghai"));
    LakeHome.claim(database, settings, "test");
    lake = Lake.open(settings);
  }

  @AfterEach
  void close() {
    lake.close();
    database.close();
  }

  private ImportReport take(String csv, boolean dryRun) throws IOException {
    Path file = folder.resolve("orders.csv");
    Files.writeString(file, csv);
    return run(new ImportWish(List.of(file), ImportWish.Format.CSV, Map.of(), dryRun));
  }

  private ImportReport run(ImportWish wish) {
    LakeGround ground = LakeGround.of(database, new EventLog(database), lake);
    return new OrderImportService(ground, archive()).run(wish, audience);
  }

  private Path archive() {
    return folder.resolve("lake").resolve("archive");
  }

  /** The first column of a question to DuckDB, as texts. */
  private List<String> ask(String sql) throws SQLException {
    try (Connection duck = lake.connect();
        Statement statement = duck.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        rows.add(result.getString(1));
      }
      return rows;
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection duck = lake.connect();
        Statement statement = duck.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<String> archived(String column) throws SQLException {
    return ask(
        "select %s from read_parquet('%s/orders/*/*.parquet') order by external"
            .formatted(column, archive()));
  }

  private List<String> rows(String table, String column, String where) throws SQLException {
    return ask(
        "select %s from read_parquet('%s/%s/*/*.parquet', hive_partitioning = false) where %s"
            .formatted(column, folder.resolve("lake"), table, where));
  }

  private long number(String sql) {
    return database.read(Sql.of(sql), row -> row.getLong(1)).getFirst();
  }

  @Test
  void ordersAreInArchiveAndLakeAndTheSameFileChangesNothing() throws Exception {
    ImportReport first = take(GOOD, false);
    assertThat(bad).isEmpty();
    assertThat(first).isEqualTo(new ImportReport(6, 0, 5, 0, 0, 5, 3, true));
    assertThat(archived("external")).containsExactly("A-1", "A-2", "A-3", "A-4", "A-5");
    assertThat(archived("state"))
        .containsExactly("completed", "closed", "refunded", "cancelled", "completed");
    for (String text : archived("number::varchar || ' ' || user_id")) {
      String[] parts = text.split(" ", -1);
      OrderNumber number = OrderNumber.parse(parts[0]).orElseThrow();
      assertThat(number.bucket()).isEqualTo((int) (Long.parseLong(parts[1]) % OrderNumber.BUCKETS));
    }
    assertThat(archived("number")).as("two of one moment and bucket").doesNotHaveDuplicates();
    assertThat(rows("orders", "sum(total)", "type = 'placed' and currency = 'CNY'"))
        .containsExactly(Long.toString(2_600 + 100 + 100 + 999));
    assertThat(rows("payments", "sum(amount)", "currency = 'CNY'")).containsExactly("3599");
    assertThat(rows("refunds", "amount", "number > 0 order by amount"))
        .as("half of the first line, and all of the yen")
        .containsExactly("3", "1000");
    assertThat(rows("orders", "count(*)", "position is not null")).containsExactly("0");

    ImportReport again = take(GOOD, false);
    assertThat(again).isEqualTo(new ImportReport(6, 0, 5, 0, 5, 0, 0, true));
    assertThat(archived("external")).hasSize(5);
    ImportReport more =
        take(GOOD + "A-6,5,2025-03-01 00:30:00,closed,S1,T,1,1,,,1,CNY,,,,\n", false);
    assertThat(more.taken()).isEqualTo(1);
    assertThat(archived("number")).hasSize(6).doesNotHaveDuplicates();
    assertThat(number("select count(*) from reporting.imported")).isEqualTo(6);
  }

  @Test
  void documentsSayWhatTheRowsSaid() throws Exception {
    take(GOOD, false);
    JsonNode order = JsonMapper.shared().readTree(archived("document").getFirst());
    assertThat(order.path("createdAt").asString("")).isEqualTo("2025-02-28T16:30:00.000Z");
    assertThat(order.path("itemsTotal").path("amount").asLong()).isEqualTo(2_100);
    assertThat(order.path("discountTotal").path("amount").asLong()).isEqualTo(100);
    assertThat(order.path("freight").path("amount").asLong()).isEqualTo(600);
    assertThat(order.path("total").path("amount").asLong()).isEqualTo(2_600);
    assertThat(order.path("refundedTotal").path("amount").asLong()).isEqualTo(1_000);
    assertThat(order.path("items")).hasSize(2);
    assertThat(order.path("items").get(0).path("title").asString("")).isEqualTo("T, one");
    assertThat(order.path("payments").get(0).path("provider").asString("")).isEqualTo("alipay");
    JsonNode steps = JsonMapper.shared().readTree(archived("timeline").getFirst());
    assertThat(steps).hasSize(4);
    assertThat(archived("version").getFirst()).isEqualTo("4");
  }

  @Test
  void aBadRowKeepsItsOrderOutAndIsToldWithItsLine() throws Exception {
    String broken =
        HEAD
            + "B-1,5,2025-03-01,completed,S1,T,2,10.50,,,21.01,CNY,2025-03-01,,,\n"
            + "short,1\n"
            + "B-2,x,2099-01-01,sold,S1,T,0,1.001,,,9,XXQ,,paypal,1,\n"
            + "B-3,5,2023-01-01,closed,S1,T,1,1,,,1,CNY,,,,\n"
            + "B-4,5,2025-03-01,closed,S1,T,1,1,,,2,CNY,,,,\n"
            + "B-4,6,2025-03-01,closed,S1,T,1,1,,,2,CNY,,,,\n"
            + "B-5,6,2025-03-01,completed,S1,T,1,1,,,1,CNY,,,,2\n"
            + "C-1,6,2025-03-01,closed,S1,T,1,1,,,1,CNY,,,,\n";
    ImportReport report = take(broken, false);
    assertThat(bad)
        .containsExactly(
            "2 total is 2101 in minor units, and lines with freight come to 2100",
            "3  has not as many fields as the head",
            "4 created_at is in the future",
            "4 currency is no currency",
            "4 provider is none of alipay, wechat, stripe, sandbox",
            "4 quantity is no number from 1 to 999",
            "4 region is no code of 6 digits",
            "4 state is none of completed, refunded, closed, cancelled: only what is at its end can"
                + " be taken",
            "4 user is no customer: 1 to 18 digits",
            "5 created_at is before 2024: order numbers begin there",
            "7 sku is in the order twice",
            "7 user is another than in the first row of the order",
            "8 paid_at is missing: the order was paid",
            "8 refunded is no number from 0 to quantity");
    assertThat(report.taken()).isEqualTo(1);
    assertThat(report.badOrders()).isEqualTo(5);
    assertThat(report.rows()).isEqualTo(8);
    assertThat(archived("external")).containsExactly("C-1");
  }

  @Test
  void aDryRunLeavesNothing() throws Exception {
    assertThat(take(GOOD, true).taken()).isEqualTo(5);
    assertThat(number("select count(*) from reporting.imported")).isZero();
    assertThat(number("select count(*) from reporting.archive_file")).isZero();
    assertThat(number("select count(*) from reporting.file")).isZero();
  }

  @Test
  void aRowMayBeAnOrderWithItsLinesAsJsonAndColumnsMayHaveOtherNames() throws Exception {
    Path csv = folder.resolve("whole.csv");
    Files.writeString(
        csv,
        "order_no,uid,created_at,state,items,total,paid_at\n"
            + "W-1,5,2025-04-01 10:00:00,completed,\"[{\"\"sku\"\":\"\"S1\"\",\"\"title\"\":\"\"a\"\","
            + "\"\"quantity\"\":2,\"\"unit_price\"\":\"\"1.50\"\"},{\"\"sku\"\":\"\"S2\"\","
            + "\"\"title\"\":\"\"b\"\",\"\"quantity\"\":1,\"\"unit_price\"\":1}]\",4.00,2025-04-01 10:00:00\n"
            + "W-2,5,2025-04-01 10:00:00,completed,nonsense,4.00,2025-04-01 10:00:00\n");
    Path parquet = folder.resolve("whole.parquet");
    ask("select 1");
    try (Connection duck = lake.connect();
        Statement statement = duck.createStatement()) {
      statement.execute(
          "copy (select * from read_csv('%s', all_varchar = true) where order_no = 'W-1') to '%s'"
              .formatted(csv, parquet));
    }
    Map<String, String> names = Map.of("number", "order_no", "user", "uid");
    ImportReport report = run(new ImportWish(List.of(csv), ImportWish.Format.CSV, names, false));
    assertThat(report.taken()).isEqualTo(1);
    assertThat(bad).isNotEmpty().allMatch(line -> line.startsWith("3 "));
    JsonNode order = JsonMapper.shared().readTree(archived("document").getFirst());
    assertThat(order.path("items").get(1).path("sku").asString("")).isEqualTo("S2");
    ImportReport same =
        run(new ImportWish(List.of(parquet), ImportWish.Format.PARQUET, names, false));
    assertThat(same.same()).isEqualTo(1);
    assertThatThrownBy(
            () -> run(new ImportWish(List.of(csv), ImportWish.Format.CSV, Map.of(), false)))
        .isInstanceOf(ImportFailure.class)
        .hasMessageContaining("number, user");
  }

  /** As a warehouse exports them: in parts, with types, and an order's lines in two of them. */
  @Test
  void severalParquetFilesAreOneExportWhateverTheirTypesAre() throws Exception {
    Path first = folder.resolve("part-0.parquet");
    Path second = folder.resolve("part-1.parquet");
    execute(
        """
        copy (select 9001::bigint as number, 5::integer as user,
            timestamptz '2025-03-01 00:30:00+00' as created_at, 'completed' as state, 'S1' as sku,
            'a' as title, 2::utinyint as quantity, 1.50::decimal(18, 2) as unit_price,
            4.00::decimal(18, 2) as total, timestamptz '2025-03-01 00:31:00+00' as paid_at)
          to '%s'
        """
            .formatted(first)
            .strip());
    execute(
        """
        copy (select * from (values
            ('4.00', 'S2', '9001', 'b', 'completed', 1.0::double, 1::bigint, '5', timestamptz '2025-03-01 08:30:00+08', timestamptz '2025-03-01 08:31:00+08'),
            ('7.25', 'S1', '9002', 'c', 'closed', 7.25::double, 1::bigint, '6', timestamptz '2025-05-02 08:30:00+08', null),
            ('7.25', 'S1', '9003', 'd', 'sold', 7.25::double, 1::bigint, '6', timestamptz '2025-05-02 08:30:00+08', null))
          as t(total, sku, number, title, state, unit_price, quantity, "user", created_at, paid_at))
          to '%s'
        """
            .formatted(second)
            .strip());
    ImportWish wish =
        new ImportWish(List.of(first, second), ImportWish.Format.PARQUET, Map.of(), false);
    ImportReport report = run(wish);
    assertThat(bad)
        .containsExactly(
            "4 state is none of completed, refunded, closed, cancelled: only what is at its end can"
                + " be taken");
    assertThat(report).isEqualTo(new ImportReport(4, 1, 3, 1, 0, 2, 2, true));
    JsonNode order = JsonMapper.shared().readTree(archived("document").getFirst());
    assertThat(order.path("createdAt").asString()).isEqualTo("2025-03-01T00:30:00.000Z");
    assertThat(order.path("items")).hasSize(2);
    assertThat(order.path("total").path("amount").asLong()).isEqualTo(400);
    assertThat(run(wish).same()).isEqualTo(2);
  }

  @Test
  void pointsAreBroughtAlongOnce() throws Exception {
    Path file = folder.resolve("points.csv");
    Files.writeString(file, "user,points\n5,120\n6,1\n");
    OpeningPointsService opening = new OpeningPointsService(database, lake);
    assertThat(opening.take(file, "eve", audience)).isEqualTo(2);
    Files.writeString(file, "user,points\n5,500\n7,3\n");
    assertThat(opening.take(file, "eve", audience)).as("5 has brought some").isEqualTo(1);
    assertThat(number("select balance from points.account where user_id = 5")).isEqualTo(120);
    assertThat(number("select sum(amount) from points.entry where kind = 'opening'"))
        .isEqualTo(124);
    Files.writeString(file, "user,points\n8,0\nx,1\n9,1\n9,2\n");
    assertThat(opening.take(file, "eve", audience)).isZero();
    assertThat(bad)
        .containsExactly(
            "2 points is no number from 1 to 999999999",
            "3 user is no customer: 1 to 18 digits",
            "5 user is in the file twice");
  }
}
