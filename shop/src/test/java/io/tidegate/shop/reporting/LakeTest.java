package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.shop.reporting.LakeRepair.Verified;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of the lake: written, read, put together, broken and made again. */
class LakeTest {

  @TempDir private Path folder;
  private LakeShop shop;

  @BeforeEach
  void open() {
    shop = new LakeShop(folder);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void eventsAreRowsOfTheirBusinessDays() throws SQLException {
    shop.write(shop.log(0, 200)); // the last hour of a day and the first of the next one
    assertThat(
            shop.ask(
                "select day, type, count(*), sum(total) from orders group by all order by all"))
        .containsExactly(
            "2026-11-10|paid|99|287100",
            "2026-11-10|placed|100|290000",
            "2026-11-11|paid|101|292900",
            "2026-11-11|placed|100|290000");
    assertThat(shop.ask("select sku, sum(quantity), sum(total) from lines group by all order by 1"))
        .containsExactly("A-1|800|760000", "B-'1|400|400000");
    assertThat(shop.ask("select count(*), sum(amount) from payments"))
        .containsExactly("200|580000");
    assertThat(shop.ask("select count(*) from behaviour")).containsExactly("0");
    assertThat(
            shop.ask(
                "select happened_at, placed_at, paid_at, user_id, coupon from orders"
                    + " where type = 'paid' and user_id = 3"))
        .containsExactly(
            "2026-11-10 15:02:48.0|2026-11-10 15:01:48.0|2026-11-10 15:02:48.0|3|null");
    assertThat(Files.isRegularFile(shop.path(shop.ground.files().live().getFirst()))).isTrue();
  }

  @Test
  void columnsHaveTheTypesThatEverybodyReads() throws SQLException {
    shop.write(shop.log(0, 3));
    for (LakeFile file : shop.ground.files().live()) {
      List<String> types =
          shop.ask(
              "select name || ' ' || case when logical_type like 'TimestampType(isAdjustedToUTC=0,"
                  + " unit=TimeUnit(MILLIS=<null>, MICROS=MicroSeconds()%' then 'TIMESTAMP'"
                  + " when converted_type = 'UTF8' then 'VARCHAR'"
                  + " when type = 'INT64' and converted_type = 'INT_64' then 'BIGINT'"
                  + " when type = 'INT32' and converted_type = 'INT_32' then 'INTEGER'"
                  + " else concat_ws(' ', type, converted_type, logical_type) end"
                  + " from parquet_schema("
                  + LakeViews.quoted(shop.path(file).toString())
                  + ") where type is not null");
      assertThat(types)
          .as(file.path())
          .containsExactlyElementsOf(
              file.table().columns().stream()
                  .map(column -> column.name() + " " + column.type())
                  .toList());
      assertThat(
              shop.ask(
                  "select distinct compression from parquet_metadata("
                      + LakeViews.quoted(shop.path(file).toString())
                      + ")"))
          .containsExactly("ZSTD");
    }
  }

  @Test
  void whatATransactionThatFailedHasWrittenDoesNotExistAndIsSwept() throws Exception {
    List<LoggedEvent> events = shop.log(0, 10);
    assertThatThrownBy(() ->
            shop.database.writeOnce(tx -> {
              shop.writer.handle(tx, events);
              throw new IllegalStateException("the process dies here");
            }))
        .hasMessage("the process dies here");
    assertThat(parquetFiles()).hasSize(3);
    assertThat(shop.contents()).isEmpty();

    shop.write(events);
    List<String> contents = shop.contents();
    assertThat(contents).hasSize(20 + 40 + 10);
    try (LakeUpkeep upkeep = upkeep(null)) {
      assertThat(upkeep.sweep(Instant.now())).isZero(); // young ones may be about to be named
      assertThat(parquetFiles()).hasSize(6);
      makeOld();
      assertThat(upkeep.sweep(Instant.now())).isEqualTo(3);
    }
    assertThat(parquetFiles()).hasSize(3);
    assertThat(shop.contents()).isEqualTo(contents);
  }

  @Test
  void manySmallFilesBecomeFewAndSayTheSame() throws Exception {
    for (int part = 0; part < 9; part++) {
      shop.write(shop.log(part * 20, 20));
    }
    List<String> contents = shop.contents();
    int before = shop.ground.files().live().size();
    LakeCompaction compaction =
        new LakeCompaction(shop.ground, shop.repair(), InstantSource.fixed(LakeShop.EVENING));
    int rounds = 0;
    while (compaction.round()) {
      rounds++;
      assertThat(shop.contents()).isEqualTo(contents);
    }
    assertThat(rounds).isPositive();
    List<LakeFile> live = shop.ground.files().live();
    assertThat(live).hasSizeLessThan(before / 2).anyMatch(file -> file.level() > 0);
    assertThat(Positions.union(live.stream().map(LakeFile::positions).toList()).ranges())
        .containsExactly(new Positions.Range(1, 361));

    // A day that is over and quiet becomes one file of each table.
    shop.run("update reporting.file set made_at = made_at - interval '2 hours'");
    LakeCompaction later =
        new LakeCompaction(
            shop.ground,
            shop.repair(),
            InstantSource.fixed(Instant.now().plus(Duration.ofDays(9))));
    while (later.round()) {
      assertThat(shop.contents()).isEqualTo(contents);
    }
    assertThat(shop.ground.files().live()).hasSize(6);

    try (LakeUpkeep upkeep = upkeep(null)) {
      upkeep.round();
    }
    assertThat(parquetFiles()).hasSize(6);
    assertThat(Files.readString(shop.lake.folder().resolve(LakeUpkeep.MANIFEST)))
        .contains(shop.ground.files().live().getFirst().path());
    assertThat(shop.contents()).isEqualTo(contents);
  }

  @Test
  void filesThatAreDeletedCutOrChangedAreMadeAgainFromTheLog() throws Exception {
    for (int part = 0; part < 3; part++) {
      shop.write(shop.log(part * 70, 70));
    }
    List<String> contents = shop.contents();
    List<LakeFile> live = shop.ground.files().live();
    Files.delete(shop.path(live.get(0)));
    cut(shop.path(live.get(1)));
    flip(shop.path(live.get(2)));

    assertThat(shop.repair().broken(false)).hasSize(2);
    assertThat(shop.repair().broken(true))
        .extracting(LakeRepair.Broken::fault)
        .containsExactly(
            LakeRepair.Fault.MISSING, LakeRepair.Fault.SIZE, LakeRepair.Fault.CHECKSUM);
    assertThat(shop.repair().verify(true)).isEqualTo(new Verified(live.size(), 3, 0, 3, 0));
    assertThat(shop.contents()).isEqualTo(contents);
    assertThat(shop.repair().broken(true)).isEmpty();
    assertThat(shop.repair().verify(true)).isEqualTo(new Verified(live.size(), 0, 0, 0, 0));
  }

  /** Three processes, none of which lives for a day. */
  @Test
  void everyByteIsLookedAtDailyHoweverOftenItStarts() throws Exception {
    shop.write(shop.log(0, 20));
    flip(shop.path(shop.ground.files().live().getFirst()));
    rounds();
    assertThat(shop.repair().broken(true)).as("it is not due").hasSize(1);

    shop.run("update reporting.lake set verified_at = now() - interval '25 hours'");
    rounds();
    assertThat(shop.repair().broken(true)).as("it is due").isEmpty();

    flip(shop.path(shop.ground.files().live().getFirst()));
    rounds();
    assertThat(shop.repair().broken(true)).as("it was done").hasSize(1);
  }

  /** A process starts, goes on for a while, and ends. */
  private void rounds() throws IOException, SQLException {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    try (LakeUpkeep upkeep = new LakeUpkeep(shop.ground, shop.repair(), null, now::get)) {
      upkeep.round();
      now.set(now.get().plus(LakeUpkeep.VERIFY_LOOK_EVERY).plusSeconds(1));
      upkeep.round();
    }
  }

  @Test
  void theWholeFolderIsMadeAgain() throws Exception {
    shop.write(shop.log(0, 150));
    List<String> contents = shop.contents();
    for (Path file : parquetFiles()) {
      Files.delete(file);
    }
    assertThatThrownBy(() -> LakeHome.restore(shop.database, shop.lake.settings()))
        .as("what has its marker is not lost")
        .isInstanceOf(LakeHome.Refused.class);
    Files.delete(shop.lake.folder().resolve(LakeHome.MARKER));
    assertThatThrownBy(() -> LakeHome.claim(shop.database, shop.lake.settings(), "test"))
        .isInstanceOf(LakeHome.Refused.class)
        .hasMessageContaining("mounted");
    LakeHome.restore(shop.database, shop.lake.settings());
    LakeHome.claim(shop.database, shop.lake.settings(), "test");
    assertThat(shop.repair().verify(false).rebuilt()).isEqualTo(shop.ground.files().live().size());
    assertThat(shop.contents()).isEqualTo(contents);
  }

  @Test
  void ofAFolderThatIsNotMountedNothingIsSaidAndNothingIsWritten() throws Exception {
    List<LoggedEvent> events = shop.log(0, 20);
    shop.write(events);
    List<String> contents = shop.contents();
    shop.run("delete from messaging.log");
    Path here = shop.lake.folder();
    Path unmounted = here.resolveSibling("unmounted");
    Files.move(here, unmounted);
    Files.createDirectories(here);
    List<LakeFile> live = shop.ground.files().live();

    assertThatThrownBy(() -> shop.repair().verify(true)).hasMessageContaining("mounted");
    try (LakeUpkeep upkeep = upkeep(null)) {
      upkeep.round();
    }
    assertThatThrownBy(() -> shop.write(shop.log(20, 20))).hasMessageContaining("mounted");
    assertThat(shop.ground.files().lost()).isEmpty();
    assertThat(shop.ground.files().live()).isEqualTo(live);
    try (Stream<Path> files = Files.walk(here)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }

    Files.move(here, here.resolveSibling("empty"));
    Files.move(unmounted, here);
    assertThat(shop.repair().verify(true).broken()).isZero();
    assertThat(shop.contents()).isEqualTo(contents);
  }

  @Test
  void whatWasLostCountsAgainOnceItIsThere() throws Exception {
    List<LoggedEvent> events = shop.log(0, 20);
    shop.write(events);
    List<String> contents = shop.contents();
    LakeFile orders =
        shop.ground.files().live().stream()
            .filter(file -> file.table() == LakeTable.ORDERS)
            .findFirst()
            .orElseThrow();
    Path away = folder.resolve("away");
    Files.move(shop.path(orders), away);
    shop.run("delete from messaging.log where position <= " + events.get(9).position());
    assertThat(shop.repair().verify(false).lost()).isEqualTo(1);
    assertThat(shop.ask("select count(*) from orders")).containsExactly("30");

    // The rest stays by itself, whatever comes beside it.
    for (int part = 1; part < 6; part++) {
      shop.write(shop.log(part * 20, 1));
    }
    LakeCompaction compaction =
        new LakeCompaction(shop.ground, shop.repair(), InstantSource.fixed(LakeShop.EVENING));
    while (compaction.round()) {
      assertThat(shop.ask("select count(*) from orders")).containsExactly("40");
    }
    Files.move(away, shop.path(orders));
    shop.repair().retry();
    assertThat(shop.ground.files().lost()).isEmpty();
    assertThat(shop.ask("select count(*) from orders")).containsExactly("50");
    assertThat(shop.contents()).containsAll(contents);
  }

  @Test
  void aReaderThatOnlyLooksMendsNothing() throws Exception {
    shop.write(shop.log(0, 10));
    LakeFile file = shop.ground.files().live().getFirst();
    LakeReader reader = new LakeReader(shop.ground, null);
    Files.delete(shop.path(file));
    assertThatThrownBy(() ->
            reader.read(
                connection -> LakeShop.rows(connection, "select * from " + file.table().sql())))
        .isInstanceOf(SQLException.class);
    assertThat(shop.path(file)).doesNotExist();
    assertThat(shop.ground.files().live()).contains(file);
  }

  @Test
  void aQuestionThatMeetsABrokenFileIsAnsweredAllTheSame() throws Exception {
    shop.write(shop.log(0, 100));
    List<String> contents = shop.contents(); // the views are there now
    cut(shop.path(shop.ground.files().live().getFirst()));
    assertThat(shop.contents()).isEqualTo(contents);
    Files.delete(shop.path(shop.ground.files().live().getLast()));
    assertThat(shop.contents()).isEqualTo(contents);
    assertThatThrownBy(() -> shop.ask("select nothing from orders")).hasMessageContaining("Binder");
  }

  @Test
  void whatTheLogHasNoLongerIsToldAsLost() throws Exception {
    List<LoggedEvent> events = shop.log(0, 20);
    shop.write(events);
    shop.write(shop.log(20, 20));
    LakeFile orders =
        shop.ground.files().live().stream()
            .filter(file -> file.table() == LakeTable.ORDERS)
            .findFirst()
            .orElseThrow();
    Files.delete(shop.path(orders));
    shop.run("delete from messaging.log where position <= " + events.get(9).position());

    assertThat(shop.repair().verify(false)).isEqualTo(new Verified(6, 1, 0, 0, 1));
    assertThat(shop.ground.files().lost()).extracting(LakeFile::id).containsExactly(orders.id());
    assertThat(new LakeStatus(shop.database, false).look().lost()).isEqualTo(1);
    assertThat(shop.ask("select count(*) from orders")).containsExactly("70"); // 10 of 80 are lost
    assertThat(shop.repair().verify(true).broken()).isZero();
  }

  @Test
  void anotherFolderIsRefused() throws IOException {
    LakeSettings elsewhere =
        LakeSettings.of(folder.resolve("other"), folder.resolve("duckdb"), LakeShop.ZONE);
    assertThatThrownBy(() -> LakeHome.claim(shop.database, elsewhere, "second node"))
        .isInstanceOf(LakeHome.Refused.class)
        .hasMessageContaining("another folder");
    Files.createDirectories(elsewhere.folder());
    Files.copy(
        shop.lake.folder().resolve(LakeHome.MARKER), elsewhere.folder().resolve(LakeHome.MARKER));
    LakeHome.claim(shop.database, elsewhere, "second node"); // the same lake, moved
    LakeSettings cutElse =
        LakeSettings.of(
            shop.lake.folder(), folder.resolve("duckdb"), java.time.ZoneId.of("Europe/Berlin"));
    assertThatThrownBy(() -> LakeHome.claim(shop.database, cutElse, "test"))
        .hasMessageContaining("Europe/Berlin");
  }

  @Test
  void theLagIsHowLongAnEventHasWaitedWhateverItTells() {
    LakeStatus status = new LakeStatus(shop.database, false);
    assertThat(status.look().lagSeconds()).isZero();
    List<LoggedEvent> events = shop.log(0, 101); // of months ago, logged now
    assertThat(status.look().lagSeconds()).isZero();
    shop.run(
        "insert into messaging.horizon (id, since, until, base, first, last, events, part,"
            + " unfinished, at) select 1, '1:1:', '1:1:', 0, "
            + events.getFirst().position()
            + ", "
            + events.getLast().position()
            + ", 202, false, false, clock_timestamp() - interval '90 seconds'");
    assertThat(status.look().lagSeconds()).isBetween(90.0, 3_600.0);
    shop.write(events);
    shop.run(
        "insert into messaging.receipt select 'lake', 1, 0, repeat('1', 8192)::bit(8192)"
            + " where not exists (select from messaging.log where position >= 8192)");
    assertThat(status.look().lagSeconds()).isZero();
    assertThat(status.look().tables())
        .extracting(LakeStatus.Table::name)
        .containsExactly("lines", "orders", "payments");
  }

  @Test
  void aColumnThatFilesDoNotHaveYetIsNullInThem() throws Exception {
    for (int part = 0; part < 4; part++) {
      shop.write(shop.log(part * 10, 10));
    }
    List<LakeFile> live =
        shop.ground.files().live().stream()
            .filter(file -> file.table() == LakeTable.ORDERS)
            .toList();
    List<String> before = shop.ask("select * exclude (sale) from orders order by all");
    String sales = "select count(*), count(sale), min(sale) from orders";
    older(live.getFirst());
    rewrite(live.get(1), "* replace ('S' as sale)");
    assertThat(shop.ask(sales)).containsExactly("80|20|S");
    assertThat(shop.ask("select * exclude (sale) from orders order by all")).isEqualTo(before);

    LakeCompaction compaction =
        new LakeCompaction(shop.ground, shop.repair(), InstantSource.fixed(LakeShop.EVENING));
    while (compaction.round()) {
      assertThat(shop.ask(sales)).containsExactly("80|20|S");
    }
    List<LakeFile> merged =
        shop.ground.files().live().stream()
            .filter(file -> file.table() == LakeTable.ORDERS)
            .toList();
    assertThat(merged).hasSize(1);
    older(merged.getFirst()); // no file has it at all
    assertThat(shop.ask(sales)).containsExactly("80|0|null");
  }

  /** As the file was written before the last column was there. */
  private void older(LakeFile file) throws Exception {
    rewrite(file, "* exclude (sale)");
  }

  private void rewrite(LakeFile file, String columns) throws Exception {
    Path path = shop.path(file);
    Path other = path.resolveSibling("rewritten");
    try (Connection duck = shop.lake.connect();
        Statement statement = duck.createStatement()) {
      statement.execute(
          "copy (select %s from read_parquet(%s)) to %s (format parquet)"
              .formatted(
                  columns, LakeViews.quoted(path.toString()), LakeViews.quoted(other.toString())));
    }
    Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
    shop.run(
        "update reporting.file set bytes = %d, checksum = %d where id = %d"
            .formatted(Files.size(path), LakeOutput.checksum(path), file.id()));
    shop.run("update reporting.lake set revision = revision + 1");
  }

  private LakeUpkeep upkeep(LakeMirror mirror) {
    return new LakeUpkeep(shop.ground, shop.repair(mirror), mirror, InstantSource.system());
  }

  private List<Path> parquetFiles() throws IOException {
    try (Stream<Path> files = Files.walk(shop.lake.folder())) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }

  private void makeOld() throws IOException {
    FileTime old = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
    for (Path file : parquetFiles()) {
      Files.setLastModifiedTime(file, old);
    }
  }

  static void cut(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() / 2);
    }
  }

  static void flip(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, channel.size() / 3);
      one.put(0, (byte) (one.get(0) ^ 0x40)).rewind();
      channel.write(one, channel.size() / 3);
    }
  }
}
