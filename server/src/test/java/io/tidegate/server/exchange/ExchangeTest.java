package io.tidegate.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.server.DemoGoods;
import io.tidegate.server.cli.Exchanges;
import io.tidegate.server.cli.Exchanges.Bad;
import io.tidegate.server.cli.Exchanges.Taken;
import io.tidegate.server.cli.Exchanges.What;
import io.tidegate.server.cli.Failure;
import io.tidegate.shop.fulfilment.Warehouse;
import io.tidegate.shop.fulfilment.Warehouses;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of goods, prices and stock, taken into a real database and given back. */
class ExchangeTest {

  private static final String HEADER =
      "product,category,titleZh,titleEn,sku,variantZh,price,weightGrams\n";
  private static final List<String> HOUSES =
      Warehouses.demo().all().stream().map(Warehouse::id).toList();

  @TempDir private Path folder;
  private final List<Bad> bad = new ArrayList<>();
  private final String url = TestPostgres.migratedDatabase();
  private Database database;

  @BeforeEach
  void open() {
    database = new Database(DatabaseSettings.of(url), Clock.system());
    new EventLog(database).partitions();
    new DemoGoods(database, HOUSES).load(300, _ -> {});
  }

  @AfterEach
  void close() {
    assertThat(
            number(
                "select count(*) from inventory.stock s where total <> available + locked + sold or"
                    + " total <> (select coalesce(sum(quantity), 0) from inventory.on_hand h where"
                    + " h.sku = s.sku)"))
        .as("S1, S6")
        .isZero();
    assertThat(
            number(
                "select count(*) from catalog.sku s where version - 1 <> (select count(*) from"
                    + " staff.act where subject = 'sku ' || code and act in ('price.set',"
                    + " 'sku.edit'))"))
        .as("C6")
        .isZero();
    database.close();
  }

  @Test
  void aStatementIsTakenWholeAndReplacesItsDay() throws IOException {
    String empty = TestPostgres.migratedDatabase();
    String head = "type,number,payment,transaction,amount,currency,at\n";
    Path file = folder.resolve("statement.csv");
    Exchanges.Statement which =
        new Exchanges.Statement("alipay", LocalDate.of(2026, 11, 25), ZoneId.of("Asia/Shanghai"));
    Files.writeString(file, head + "payment,1p1,1p1,T1,5,CNY,2026-11-25T01:00:00Z\n".repeat(2));
    assertThat(new Exchange().takeStatement(empty, which, file, "ann"))
        .as("what is told twice is for whoever looks at the differences")
        .isEqualTo(2);
    Files.writeString(file, head + "payment,1p1,1p1,T1,5,CNY,2026-11-25T01:00:00Z\n");
    for (int i = 0; i < 2; i++) {
      assertThat(new Exchange().takeStatement(empty, which, file, "ann")).isEqualTo(1);
    }
    Files.writeString(file, head + "payment,1p1,1p1,T1,5,CNY\n");
    assertThatThrownBy(() -> new Exchange().takeStatement(empty, which, file, "ann"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("line 2");
  }

  @Test
  void whatIsGivenIsTakenWithoutAChange() throws IOException {
    for (What what : List.of(What.GOODS, What.PRICES, What.STOCK)) {
      for (boolean bom : List.of(false, true)) {
        Path file = folder.resolve(what + ".csv");
        long rows = new Exchange().give(url, what, file, bom, audience());
        assertThat(rows).isGreaterThanOrEqualTo(300);
        assertThat(Files.readString(file).startsWith("\uFEFF")).isEqualTo(bom);
        long revision = number("select revision from catalog.revision");
        assertThat(take(what, file)).isEqualTo(new Taken(rows, 0, rows, 0, true));
        assertThat(number("select revision from catalog.revision")).isEqualTo(revision);
      }
    }
    assertThat(bad).isEmpty();
    assertThat(number("select count(*) from staff.act")).isZero();
  }

  @Test
  void goodsGoFromOneShopToAnEmptyOne() throws IOException {
    Path file = folder.resolve("all.csv");
    new Exchange().give(url, What.GOODS, file, true, audience());
    String empty = TestPostgres.migratedDatabase();
    Taken taken = new Exchange().take(empty, What.GOODS, file, "ann", audience());
    assertThat(taken.written()).isEqualTo(300);
    Path again = folder.resolve("again.csv");
    new Exchange().give(empty, What.GOODS, again, true, audience());
    assertThat(again).hasSameTextualContentAs(file);
    assertThat(new Exchange().take(empty, What.GOODS, file, "ann", audience()).same())
        .isEqualTo(300);
  }

  @Test
  void badRowsAreToldAndTheOthersTaken() throws IOException {
    Path file =
        file(
            "\uFEFF"
                + HEADER
                + "new-1,home,\"灯, \"\"月光\"\"\",Lamp,NEW-1,,19.90,100\r\n"
                + "\n"
                + "new-2,nowhere,灯,Lamp,NEW-2,,19.90,100\n"
                + "new-3,home,灯,Lamp,NEW-3,,19.999,100\n"
                + "new-4,home,灯,Lamp,new-4,,1,x\n"
                + "new-5,home,\"灯,Lamp,NEW-5,,1,1\n"
                + "new-6,home,灯,Lamp,NEW-6,,1\n"
                + "new-1,home,灯,Other,NEW-7,,1,1\n"
                + "new-8,home,灯,Lamp,NEW-1,,2,1\n"
                + "new-9,home,灯,,NEW-9,,2,1\n"
                + "new-10,home,灯,Lamp,NEW-10,小,0,1\n"
                + "new-11,home,灯,Lamp,NEW-11,大,7,1\n"
                + "new-12,home,灯,Lamp,NEW-12,,1,\"1");
    Taken taken = take(What.GOODS, file);
    assertThat(bad.stream().map(each -> each.line() + " " + each.column()))
        .containsExactly(
            "4 category",
            "5 price",
            "6 sku",
            "6 weightGrams",
            "7 ",
            "8 ",
            "9 product",
            "10 ",
            "11 titleEn",
            "12 price",
            "14 ");
    assertThat(taken).isEqualTo(new Taken(12, 2, 0, 10, true));
    assertThat(number("select count(*) from catalog.sku where code like 'NEW-%'")).isEqualTo(2);
    assertThat(number("select count(*) from catalog.product where title_zh = '灯, \"月光\"'"))
        .isEqualTo(1);
    assertThat(number("select price from catalog.sku where code = 'NEW-1'")).isEqualTo(1_990);
    assertThat(number("select count(*) from inventory.stock where sku like 'NEW-%'")).isEqualTo(2);
    bad.clear();
    assertThat(take(What.GOODS, file)).isEqualTo(new Taken(12, 0, 2, 10, true));
  }

  @Test
  void aRowThatWasRefusedStandsInNobodysWay() throws IOException {
    String taken = "TG-PHN-001-BK-256";
    Path goods =
        file(
            HEADER
                + "new-1,home,错,Wrong,"
                + taken
                + ",,1,1\n"
                + "new-1,home,灯,Lamp,NEW-1,,1,1\n"
                + "new-1,home,灯,Lamp,NEW-2,,1,1\n"
                + "new-1,home,错,Wrong,NEW-3,,1,1\n");
    assertThat(take(What.GOODS, goods)).isEqualTo(new Taken(4, 2, 0, 2, true));
    assertThat(bad)
        .containsExactly(
            new Bad(2, "product", "is not the one that the SKU belongs to"),
            new Bad(5, "product", "is told otherwise in line 3"));
    bad.clear();
    Path prices =
        file("sku,price,currency\n%1$s,9.99,USD\n%1$s,9.99,CNY\n%1$s,8,CNY\n".formatted(taken));
    assertThat(take(What.PRICES, prices)).isEqualTo(new Taken(3, 1, 0, 2, true));
    assertThat(bad)
        .containsExactly(
            new Bad(2, "currency", "is not the one that the SKU has"),
            new Bad(4, "", "says again what line 3 is about"));
    assertThat(number("select price from catalog.sku where code = '" + taken + "'")).isEqualTo(999);
  }

  @Test
  void noCellIsAFormulaAndEachComesBackAsItWas() throws IOException {
    List<String> titles = List.of("=1+1", "+1", "-1", "@a", "'=1", "''-x", "'quoted'", "x=1");
    for (int i = 0; i < titles.size(); i++) {
      run(
          "update catalog.product set title_en = '%s' where id = (select id from catalog.product order by id offset %d limit 1)"
              .formatted(titles.get(i).replace("'", "''"), i));
    }
    Path file = folder.resolve("guarded.csv");
    long rows = new Exchange().give(url, What.GOODS, file, false, audience());
    assertThat(Files.readString(file))
        .contains(",'=1+1,", ",'+1,", ",'-1,", ",'@a,", ",''=1,", ",'''-x,", ",'quoted',", ",x=1,")
        .doesNotContainPattern("[,\n][=+@-]");
    assertThat(take(What.GOODS, file)).isEqualTo(new Taken(rows, 0, rows, 0, true));
    String empty = TestPostgres.migratedDatabase();
    new Exchange().take(empty, What.GOODS, file, "ann", audience());
    Path again = folder.resolve("again.csv");
    new Exchange().give(empty, What.GOODS, again, false, audience());
    assertThat(again).hasSameTextualContentAs(file);
  }

  @Test
  void bytesThatAreNoTextSpoilTheirLineOnly() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes((HEADER + "new-1,home,").getBytes(StandardCharsets.UTF_8));
    bytes.write(0xFF);
    bytes.writeBytes(",Lamp,NEW-1,,1,1\n".getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(("x".repeat(100_000) + "\n").getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes("new-2,home,a\u0000b,Lamp,NEW-2,,1,1\n".getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes("new-3,home,灯,Lamp,NEW-3,,1,1\n".getBytes(StandardCharsets.UTF_8));
    Path file = folder.resolve("bytes.csv");
    Files.write(file, bytes.toByteArray());
    assertThat(take(What.GOODS, file)).isEqualTo(new Taken(4, 1, 0, 3, true));
    assertThat(bad.stream().map(Bad::line)).containsExactly(2L, 3L, 4L);
  }

  @Test
  void noRandomBytesAreAnError() throws IOException {
    Random random = new Random(11);
    for (int round = 0; round < 30; round++) {
      byte[] junk = new byte[2_000];
      random.nextBytes(junk);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.writeBytes(HEADER.getBytes(StandardCharsets.UTF_8));
      bytes.writeBytes(junk);
      bytes.writeBytes(
          ("\nnew-1,home,灯,Lamp,NEW-1,,1," + round + "\n").getBytes(StandardCharsets.UTF_8));
      Path file = folder.resolve("junk.csv");
      Files.write(file, bytes.toByteArray());
      assertThat(take(What.GOODS, file).written()).isEqualTo(1);
    }
  }

  @Test
  void pricesAreSetInSmallTransactions() throws IOException {
    StringBuilder text = new StringBuilder("price,sku\n");
    database
        .read(Sql.of("select code from catalog.sku"), row -> row.getString(1))
        .forEach(sku -> text.append("12.34,").append(sku).append('\n'));
    text.append("1,NONE-1\n");
    long revision = number("select revision from catalog.revision");
    assertThat(take(What.PRICES, file(text.toString()))).isEqualTo(new Taken(301, 300, 0, 1, true));
    assertThat(bad).containsExactly(new Bad(302, "sku", "is no SKU"));
    assertThat(number("select count(*) from catalog.sku where price = 1234")).isEqualTo(300);
    assertThat(number("select revision from catalog.revision")).isEqualTo(revision + 2);
    assertThat(number("select count(*) from staff.act where act = 'price.set' and actor = 'ann'"))
        .isEqualTo(300);
    assertThat(take(What.PRICES, file("sku,price,currency\nTG-PHN-001-BK-256,12,JPY\n")).bad())
        .isEqualTo(1);
  }

  @Test
  void stockIsCorrectedToWhatWasCounted() throws IOException {
    String sku = "TG-PHN-001-BK-256";
    String first = HOUSES.get(0);
    String second = HOUSES.get(1);
    long there = onHand(sku, first);
    run("update inventory.stock set available = 0, locked = total where sku = '" + sku + "'");
    // Everything is locked: what is carried over arrives before it leaves, and nothing may go.
    Path carried =
        file(
            "sku,warehouse,onHand\n%s,%s,%d\n%s,%s,%d\n"
                .formatted(sku, first, there - 1, sku, second, onHand(sku, second) + 1));
    assertThat(take(What.STOCK, carried)).isEqualTo(new Taken(2, 2, 0, 0, true));
    assertThat(onHand(sku, first)).isEqualTo(there - 1);
    assertThat(take(What.STOCK, carried)).isEqualTo(new Taken(2, 0, 2, 0, true));
    Path less =
        file(
            "sku,warehouse,onHand\n%s,%s,0\nNONE,%s,1\n%s,moon,1\n%s,%s,5\n"
                .formatted(sku, first, first, sku, "TG-PHN-001-WH-256", first));
    assertThat(take(What.STOCK, less)).isEqualTo(new Taken(4, 1, 0, 3, true));
    assertThat(bad.stream().map(each -> each.line() + " " + each.column()))
        .containsExactly("4 warehouse", "2 onHand", "3 sku");
    assertThat(onHand("TG-PHN-001-WH-256", first)).isEqualTo(5);
    assertThat(number("select count(*) from inventory.movement where actor = 'ann'"))
        .isEqualTo(3)
        .isEqualTo(number("select count(*) from staff.act where act = 'stock.adjust'"))
        .isEqualTo(number("select count(*) from messaging.log where type = 'stock.adjusted.v1'"));
  }

  @Test
  void aFileThatIsNoneOfTheseIsRefused() throws IOException {
    for (String text :
        List.of(
            "",
            "sku\nA\n",
            "sku,price,colour\nA,1,red\n",
            "sku,price,price\nA,1,1\n",
            "sku,\"price\nA,1\n")) {
      Path file = file(text);
      assertThatThrownBy(() -> take(What.PRICES, file)).as(text).isInstanceOf(Failure.class);
    }
    assertThatThrownBy(() -> take(What.PRICES, folder.resolve("none.csv")))
        .isInstanceOf(Failure.class);
  }

  private Taken take(What what, Path file) {
    return new Exchange().take(url, what, file, "ann", audience());
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("some.csv"), text);
  }

  private Exchanges.Audience audience() {
    return new Exchanges.Audience() {
      @Override
      public void reached(long done, long of) {
        assertThat(done).isBetween(0L, of);
      }

      @Override
      public void bad(Bad row) {
        bad.add(row);
      }

      @Override
      public boolean stopAsked() {
        return false;
      }
    };
  }

  private long onHand(String sku, String warehouse) {
    return number(
        "select coalesce(sum(quantity), 0) from inventory.on_hand where sku = '%s' and warehouse = '%s'"
            .formatted(sku, warehouse));
  }

  private long number(String sql) {
    return database.read(Sql.of(sql), row -> row.getLong(1)).getFirst();
  }

  private void run(String sql) {
    database.writeOnce(tx -> {
      tx.write(Sql.of(sql));
      return true;
    });
  }
}
