package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an import wrote is made again where it is broken, and swept where it was broken off. */
class ImportRepairTest {

  /** In two months, on days that both have rows of; one paid and half refunded, with its region. */
  private static final String FIRST =
      "number,user,created_at,state,sku,title,quantity,unit_price,discount,freight,total,currency,"
          + "paid_at,provider,region,refunded\n"
          + "A-1,5,2025-03-01 00:30:00,completed,S1,\"T, one\",2,10.50,1.00,6,26.00,CNY,"
          + "2025-03-01 00:35:00,alipay,330106,1\n"
          + "A-1,5,2025-03-01 00:30:00,completed,S2,T2,1,0,,6,26.00,CNY,2025-03-01 00:35:00,"
          + "alipay,330106,0\n"
          + "A-2,5,2025-04-02T10:00:00Z,closed,S1,T,1,1.00,,,1.00,,,,,\n";

  private static final String SECOND =
      FIRST + "B-1,6,2025-03-01 10:00:00,refunded,S1,T,3,1,,,3,CNY,2025-03-01 11:00:00,wechat,,\n";

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

  /** Whoever watches an import without a word. */
  private record Quiet(Consumer<String> steps) implements ImportAudience {
    @Override
    public void bad(String file, long line, String column, String why) {
      throw new AssertionError(line + " " + column + " " + why);
    }

    @Override
    public void says(String step) {
      steps.accept(step);
    }

    @Override
    public void reached(long orders, long of) {}

    @Override
    public boolean stopAsked() {
      return false;
    }
  }

  private ImportReport take(String csv, boolean dryRun) throws IOException {
    return take(csv, dryRun, _ -> {});
  }

  private ImportReport take(String csv, boolean dryRun, Consumer<String> steps) throws IOException {
    Path file = Files.writeString(folder.resolve("orders.csv"), csv);
    return new OrderImportService(shop.ground, archive())
        .run(
            new ImportWish(List.of(file), ImportWish.Format.CSV, Map.of(), dryRun),
            new Quiet(steps));
  }

  private Path archive() {
    return shop.lake.folder().resolve(ArchiveFiles.FOLDER);
  }

  @Test
  void whatIsBrokenIsMadeAgainFromWhatTheImportTook() throws Exception {
    assertThat(take(FIRST, false).taken()).isEqualTo(2);
    assertThat(take(SECOND, false).taken()).isEqualTo(1);
    List<String> contents = shop.contents();
    assertThat(contents).anyMatch(row -> row.contains("330106"));
    for (int round = 0; round < 2; round++) {
      List<LakeFile> live = shop.ground.files().live();
      for (LakeFile file : live) {
        LakeTest.flip(shop.path(file));
      }
      assertThat(shop.repair().verify(true))
          .isEqualTo(new LakeRepair.Verified(live.size(), live.size(), 0, live.size(), 0));
      assertThat(shop.contents()).as("none lacks and none is there twice").isEqualTo(contents);
    }
  }

  @Test
  void whereThatIsGoneTooItIsToldAsLost() throws Exception {
    take(FIRST, false);
    LakeFile orders = shop.ground.files().live().getFirst();
    Path taken = archive().resolve(orders.source());
    byte[] whole = Files.readAllBytes(taken);
    Files.delete(taken);
    byte[] bytes = Files.readAllBytes(shop.path(orders));
    Files.delete(shop.path(orders));
    assertThat(shop.repair().verify(false).lost()).isEqualTo(1);
    assertThat(shop.ground.files().lost()).extracting(LakeFile::id).containsExactly(orders.id());

    Files.write(taken, whole);
    Files.write(shop.path(orders), bytes);
    shop.repair().retry();
    assertThat(shop.ground.files().lost()).isEmpty();
  }

  /** An error of the disk or of memory may pass: nobody gives the file up for it. */
  @Test
  void whereThatCanNotBeReadTheFileWaits() throws Exception {
    take(FIRST, false);
    LakeFile orders = shop.ground.files().live().getFirst();
    Path taken = archive().resolve(orders.source());
    byte[] whole = Files.readAllBytes(taken);
    List<String> contents = shop.contents();
    Files.write(taken, new byte[] {1});
    Files.delete(shop.path(orders));
    LakeRepair.Verified found = shop.repair().verify(false);
    assertThat(found.lost()).isZero();
    assertThat(found.waiting()).isEqualTo(1);

    Files.write(taken, whole);
    shop.repair().retry();
    assertThat(shop.ground.files().waiting()).isEmpty();
    assertThat(shop.contents()).isEqualTo(contents);
  }

  /** As kill -9 leaves them, at any step. */
  private List<Path> leftovers() throws IOException {
    Path month = archive().resolve("orders/month=2025-03");
    Path pieces = Files.createDirectories(month.resolve(".pieces-imported-0a"));
    Path rows = Files.createDirectories(archive().resolve("rows/imported/month=2025-03"));
    List<Path> left =
        List.of(
            pieces.resolve("0.parquet"),
            month.resolve(".imported-0a-0.parquet.part"),
            month.resolve("imported-0b-0.parquet"),
            rows.resolve("imported-0c.parquet"));
    for (Path each : left) {
      Files.writeString(each, "left");
    }
    return left;
  }

  @Test
  void whatAKilledImportHasLeftTheNextOneSweeps() throws Exception {
    take(FIRST, false);
    List<Path> left = leftovers();
    Path retired = archive().resolve("orders/month=2025-03/retired-0d-0.parquet");
    Files.writeString(retired, "another's");
    take(FIRST, true);
    assertThat(left).as("a dry run changes nothing").allMatch(Files::exists);
    take(FIRST, false);
    assertThat(left).noneMatch(Files::exists);
    assertThat(left.getFirst().getParent()).doesNotExist();
    assertThat(retired).exists();
    for (ArchiveFile file : new ArchiveFiles(shop.database).all()) {
      assertThat(archive().resolve(file.path())).hasSize(file.bytes());
    }
  }

  @Test
  void whatAKilledImportHasLeftTheLakesProcessSweepsUnlessOneGoesOn() throws Exception {
    List<Path> left = leftovers();
    ImportLeftovers.turn(shop.database, _ -> {})
        .alone(() -> {
          round();
          assertThat(left).allMatch(Files::exists);
          return true;
        });
    round();
    assertThat(left).noneMatch(Files::exists);
  }

  private void round() throws IOException, SQLException {
    try (LakeUpkeep upkeep =
        new LakeUpkeep(shop.ground, shop.repair(), null, InstantSource.system())) {
      upkeep.round();
    }
  }

  @Test
  void anImportThatHasLostItsTurnNamesNothing() {
    Consumer<String> pauses =
        step -> {
          if (step.equals("giving numbers")) {
            shop.run(
                "update db.lease set holder = 'another', epoch = epoch + 1"
                    + " where name = 'import-orders'");
          }
        };
    assertThatThrownBy(() -> take(FIRST, false, pauses))
        .isInstanceOf(ImportFailure.class)
        .hasMessageContaining("another import");
    assertThat(count("reporting.archive_file")).isZero();
    assertThat(count("reporting.file")).isZero();
    assertThat(count("reporting.imported")).isZero();
  }

  private long count(String table) {
    return shop.database
        .read(Sql.of("select count(*) from " + table), row -> row.getLong(1))
        .getFirst();
  }
}
