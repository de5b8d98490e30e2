package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.shop.kernel.OrderNumber;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lake's files at a store, by the store's own protocol. */
class LakeMirrorTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder;
  private LakeShop shop;
  private SmallStore store;
  private S3MirrorClient mirror;

  @BeforeEach
  void open() throws IOException {
    shop = new LakeShop(folder);
    store = new SmallStore();
    mirror = new S3MirrorClient(store.address());
  }

  @AfterEach
  void close() {
    mirror.close();
    store.close();
    shop.close();
  }

  private void upkeep() throws Exception {
    try (LakeUpkeep upkeep =
        new LakeUpkeep(shop.ground, shop.repair(mirror), mirror, InstantSource.system())) {
      upkeep.round();
      upkeep.copy();
    }
  }

  private LakeUpkeep newUpkeep() {
    return new LakeUpkeep(shop.ground, shop.repair(mirror), mirror, InstantSource.system());
  }

  /** Paths that the list there names. */
  private List<String> listed() {
    String json =
        new String(
            store.objects.getOrDefault(LakeUpkeep.MANIFEST, new byte[0]), StandardCharsets.UTF_8);
    return shop
        .ground
        .database()
        .read(Sql.of("select path from reporting.file order by id"), row -> row.getString(1))
        .stream()
        .filter(json::contains)
        .toList();
  }

  private static List<String> paths(List<LakeFile> files) {
    return files.stream().map(LakeFile::path).toList();
  }

  @Test
  void theListThereNamesWhatIsThereAndNothingElse() throws Exception {
    shop.write(shop.log(0, 10));
    List<LakeFile> live = shop.ground.files().live();
    byte[] whole = Files.readAllBytes(shop.path(live.get(1)));
    Files.delete(shop.path(live.get(1)));
    store.refuses.add(live.getFirst().path());
    try (LakeUpkeep upkeep = newUpkeep()) {
      upkeep.copy();
      assertThat(listed()).containsExactly(live.get(2).path());
      assertThat(waiting()).isEqualTo(2);

      Files.write(shop.path(live.get(1)), whole);
      store.refuses.clear();
      store.refuses.add(LakeUpkeep.MANIFEST);
      upkeep.copy();
      assertThat(waiting()).isZero();
      assertThat(listed()).as("the list was refused").containsExactly(live.get(2).path());
      store.refuses.clear();
      upkeep.copy();
      assertThat(listed()).containsExactlyElementsOf(paths(live));

      shop.run("update reporting.file set state = 'lost' where id = " + live.get(2).id());
      Files.delete(shop.path(live.get(2)));
      store.objects.remove(live.get(2).path());
      upkeep.copy();
      assertThat(listed()).containsExactlyElementsOf(paths(live.subList(0, 2)));
    }
  }

  @Test
  void noRowVanishesFromTheListThereWhileFilesArePutTogether() throws Exception {
    for (int part = 0; part < 3; part++) {
      shop.write(shop.log(part * 5, 5));
    }
    try (LakeUpkeep upkeep = newUpkeep()) {
      upkeep.round();
      upkeep.copy();
      shop.write(shop.log(15, 5));
      upkeep.copy();
      List<String> before = listed();
      assertThat(before).hasSize(12);
      upkeep.round(); // puts together
      List<String> merged = paths(shop.ground.files().live());
      assertThat(merged).hasSize(3);
      store.refuses.addAll(merged);
      upkeep.copy();
      assertThat(listed()).containsExactlyElementsOf(before);
      assertThat(store.objects.keySet()).containsAll(before);
      store.refuses.clear();
      upkeep.copy();
      assertThat(listed()).containsExactlyElementsOf(merged);
    }
    isSame();
  }

  @Test
  void aStoreThatHangsHoldsUpNothing() throws Exception {
    store.hold();
    shop.write(shop.log(0, 5));
    try (LakeUpkeep upkeep = newUpkeep()) {
      upkeep.start();
      await().atMost(PATIENCE).until(() -> store.held.get() > 0);
      shop.write(shop.log(5, 5));
      String last = shop.ground.files().live().getLast().path();
      Path manifest = shop.lake.folder().resolve(LakeUpkeep.MANIFEST);
      await().atMost(PATIENCE).until(() -> Files.readString(manifest).contains(last));
      assertThat(store.objects).isEmpty();
    }
  }

  @Test
  void aCallEndsThoughTheStoreDoesNotAnswer() throws Exception {
    store.hold();
    Path file = Files.writeString(folder.resolve("some"), "some");
    try (S3MirrorClient hasty = new S3MirrorClient(store.address(), Duration.ofMillis(300))) {
      assertThatThrownBy(() -> hasty.put(file, "a"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("300 millis");
      assertThatThrownBy(() -> hasty.get("a", 1, folder.resolve("got")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("300 millis");
      assertThatThrownBy(() -> hasty.remove("a"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("300 millis");
    }
    assertThatThrownBy(() -> mirror.put(folder.resolve("none"), "a"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void anotherStoreGetsEverything() throws Exception {
    shop.write(shop.log(0, 10));
    List<ArchiveFile> archived =
        archived(shop.lake.folder().resolve(ArchiveFiles.FOLDER), ArchiveFile.Source.RETIRED, 20);
    upkeep();
    upkeep();
    assertThat(waiting()).isZero();
    List<String> there = List.copyOf(store.objects.keySet());
    try (SmallStore other = new SmallStore();
        S3MirrorClient moved = new S3MirrorClient(other.address());
        LakeUpkeep upkeep =
            new LakeUpkeep(shop.ground, shop.repair(moved), moved, InstantSource.system())) {
      upkeep.copy();
      assertThat(waiting()).isZero();
      assertThat(other.objects.keySet()).containsExactlyElementsOf(there);
      assertThat(other.objects).hasSize(4 + archived.size());
    }
  }

  private long waiting() {
    return new LakeStatus(shop.database, true).look().notUploaded();
  }

  @Test
  void filesAreCopiedAndFollowWhatIsPutTogether() throws Exception {
    shop.write(shop.log(0, 30));
    assertThat(waiting()).isEqualTo(3);
    assertThat(new LakeStatus(shop.database, false).look().notUploaded())
        .as("without a second place nothing waits for it")
        .isZero();
    upkeep();
    assertThat(waiting()).isZero();
    assertThat(store.refused).isEmpty();
    isSame();

    for (int part = 1; part < 5; part++) {
      shop.write(shop.log(part * 30, 30));
    }
    upkeep(); // puts together, copies, and removes the old ones here and there
    upkeep();
    isSame();
    assertThat(store.objects.keySet().stream().filter(key -> key.endsWith(".parquet")))
        .hasSizeLessThan(10);
  }

  /** The store has what counts, byte by byte, and nothing else. */
  private void isSame() throws IOException {
    List<LakeFile> live = shop.ground.files().live();
    assertThat(store.objects.keySet())
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(live.stream().map(LakeFile::path), Stream.of(LakeUpkeep.MANIFEST))
                .toList());
    for (LakeFile file : live) {
      assertThat(store.objects.get(file.path())).isEqualTo(Files.readAllBytes(shop.path(file)));
    }
  }

  @Test
  void aStoreThatIsAwayHoldsUpNothing() throws Exception {
    store.away = true;
    shop.write(shop.log(0, 30));
    upkeep();
    assertThat(store.refused).isNotEmpty();
    assertThat(waiting()).isEqualTo(3);
    assertThat(shop.ask("select count(*) from orders")).containsExactly("60");
    store.away = false;
    upkeep();
    assertThat(waiting()).isZero();
    isSame();
  }

  @Test
  void whatIsMissingHereIsFetchedFromThere() throws Exception {
    shop.write(shop.log(0, 30));
    upkeep();
    List<String> contents = shop.contents();
    List<LakeFile> live = shop.ground.files().live();
    Files.delete(shop.path(live.get(0)));
    LakeTest.flip(shop.path(live.get(1)));
    // And the third is broken at both places: the log has it.
    LakeTest.cut(shop.path(live.get(2)));
    store.objects.put(live.get(2).path(), new byte[] {1});
    assertThat(shop.repair(mirror).verify(true)).isEqualTo(new LakeRepair.Verified(3, 3, 2, 1, 0));
    assertThat(shop.contents()).isEqualTo(contents);
    assertThat(shop.ground.files().live()).contains(live.get(0), live.get(1));
  }

  @Test
  void theArchiveIsCopiedAndFetchedToo() throws Exception {
    ArchiveFiles files = new ArchiveFiles(shop.database);
    Path archive = shop.lake.folder().resolve(ArchiveFiles.FOLDER);
    List<ArchiveFile> written = archived(archive, ArchiveFile.Source.RETIRED, 300);
    assertThat(waiting()).isEqualTo(written.size()).isPositive();
    store.away = true;
    upkeep();
    assertThat(waiting()).isEqualTo(written.size());
    store.away = false;
    upkeep();
    assertThat(waiting()).isZero();
    for (ArchiveFile file : written) {
      assertThat(store.objects.get("archive/" + file.path()))
          .isEqualTo(Files.readAllBytes(archive.resolve(file.path())));
    }

    ArchiveMirror copies = new ArchiveMirror(shop.ground, mirror);
    Path first = archive.resolve(written.getFirst().path());
    byte[] whole = Files.readAllBytes(first);
    Files.delete(first);
    assertThat(copies.mend(false)).isZero();
    assertThat(first).hasBinaryContent(whole);
    LakeTest.flip(first);
    assertThat(copies.mend(false)).as("its size is right").isZero();
    assertThat(Files.readAllBytes(first)).isNotEqualTo(whole);
    assertThat(copies.mend(true)).isZero();
    assertThat(first).hasBinaryContent(whole);
    LakeTest.cut(first);
    store.objects.put("archive/" + written.getFirst().path(), new byte[whole.length]);
    assertThat(copies.mend(false)).as("the copy is not it").isEqualTo(1);
    Files.write(first, whole);

    // The month begins anew: what was copied goes, what is imported stays.
    List<ArchiveFile> imported = archived(archive, ArchiveFile.Source.IMPORTED, 20);
    upkeep();
    shop.database.writeOnce(tx -> {
      ArchiveFiles.forget(tx, YearMonth.of(2026, 5));
      return true;
    });
    upkeep();
    assertThat(files.gone(10)).isEmpty();
    assertThat(store.objects.keySet().stream().filter(key -> key.startsWith("archive/")))
        .containsExactlyElementsOf(
            imported.stream().map(file -> "archive/" + file.path()).toList());
  }

  @Test
  void aFileOfTheArchiveThatIsForgottenWhileItIsCopiedIsRemovedThere() throws Exception {
    ArchiveFiles files = new ArchiveFiles(shop.database);
    files.uploaded("orders/month=2026-05/retired-0.parquet");
    assertThat(files.gone(10)).containsExactly("orders/month=2026-05/retired-0.parquet");
    store.objects.put("archive/orders/month=2026-05/retired-0.parquet", new byte[1]);
    upkeep();
    assertThat(store.objects.keySet()).noneMatch(key -> key.startsWith("archive/"));
    assertThat(files.gone(10)).isEmpty();
  }

  @Test
  void filesThatTheStoreRefusesHoldUpNoOthers() throws Exception {
    Path archive = shop.lake.folder().resolve(ArchiveFiles.FOLDER);
    List<ArchiveFile> archived = new ArrayList<>();
    for (int part = 0; part < 7; part++) {
      archived.addAll(archived(archive, ArchiveFile.Source.IMPORTED, 3));
      shop.write(shop.log(part * 3, 3));
    }
    List<LakeFile> live = shop.ground.files().live();
    List<String> keys = archived.stream().map(file -> "archive/" + file.path()).sorted().toList();
    store.refuses.addAll(keys.subList(0, 5));
    store.refuses.addAll(paths(live.subList(0, 5)));
    try (LakeUpkeep upkeep = newUpkeep()) {
      for (int round = 0; round < 5; round++) {
        upkeep.copy();
      }
      assertThat(store.objects.keySet())
          .containsAll(keys.subList(5, keys.size()))
          .containsAll(paths(live.subList(5, live.size())));
      assertThat(waiting()).isEqualTo(10);
      store.refuses.clear();
      upkeep.copy();
      assertThat(waiting()).isZero();
    }
  }

  /** So many orders of May in the archive, as a retirement or an import puts them there. */
  private List<ArchiveFile> archived(Path archive, ArchiveFile.Source source, int orders)
      throws Exception {
    YearMonth may = YearMonth.of(2026, 5);
    Instant at = Instant.parse("2026-05-04T10:00:00Z");
    try (ArchiveWriter writer = new ArchiveWriter(shop.lake.connect(), archive, may, source)) {
      for (int n = 0; n < orders; n++) {
        writer.add(
            new ArchivedOrder(
                OrderNumber.of(at.plusSeconds(n).toEpochMilli(), n, 1, 0),
                n,
                at.plusSeconds(n),
                "completed",
                6,
                100 + n,
                "CNY",
                null,
                "{}",
                "{}",
                "[]",
                "[]"));
      }
      List<ArchiveFile> written = writer.finish();
      shop.database.writeOnce(tx -> {
        ArchiveFiles.add(tx, written);
        return true;
      });
      return written;
    }
  }

  @Test
  void aStoreThatIsAwayForAMomentLosesNothing() throws Exception {
    shop.write(shop.log(0, 30));
    upkeep();
    List<String> contents = shop.contents();
    List<LakeFile> live = shop.ground.files().live();
    live.forEach(file -> assertThat(shop.path(file).toFile().delete()).isTrue());
    shop.run("delete from messaging.log");
    store.away = true;
    LakeRepair repair = shop.repair(mirror);
    assertThat(repair.verify(true)).isEqualTo(new LakeRepair.Verified(3, 3, 0, 0, 0));
    assertThat(store.refused).as("asked once in a pass").hasSize(1);
    assertThat(shop.ground.files().lost()).isEmpty();
    assertThat(repair.broken(false)).hasSize(3);
    repair.retry();
    assertThat(repair.broken(false)).hasSize(3);
    store.away = false;
    repair.retry();
    assertThat(repair.broken(true)).isEmpty();
    assertThat(shop.contents()).isEqualTo(contents);
    assertThat(shop.ground.files().live()).isEqualTo(live);
  }

  @Test
  void whatWasLostIsFetchedOnceTheStoreHasIt() throws Exception {
    List<LoggedEvent> events = shop.log(0, 30);
    shop.write(events);
    upkeep();
    List<String> contents = shop.contents();
    LakeFile orders =
        shop.ground.files().live().stream()
            .filter(file -> file.table() == LakeTable.ORDERS)
            .findFirst()
            .orElseThrow();
    byte[] copy = store.objects.remove(orders.path());
    Files.delete(shop.path(orders));
    shop.run("delete from messaging.log where position <= " + events.get(9).position());
    assertThat(shop.repair(mirror).verify(false).lost()).isEqualTo(1);
    assertThat(shop.ask("select count(*) from orders")).containsExactly("50");
    store.objects.put(orders.path(), copy);
    shop.repair(mirror).retry();
    assertThat(shop.ground.files().lost()).isEmpty();
    assertThat(shop.contents()).isEqualTo(contents);
  }

  @Test
  void whatIsInNoLogOnlyTheStoreCanGiveBack() throws Exception {
    LakeOutput output = shop.ground.output();
    LakeRow row =
        LakeRow.of(LakeTable.BEHAVIOUR, LocalDate.of(2026, 11, 10))
            .set("happened_at", LakeShop.EVENING)
            .set("type", "viewed")
            .set("session", "s1")
            .row();
    List<LakeFile.Written> made = output.write(Positions.NONE, 0, sink -> sink.accept(row));
    shop.database.writeOnce(tx -> {
      LakeFiles.add(tx, made);
      return true;
    });
    upkeep();
    LakeFile file = shop.ground.files().live().getFirst();
    Files.delete(shop.path(file));
    assertThat(shop.repair(mirror).verify(false).fetched()).isEqualTo(1);
    assertThat(shop.ask("select session from behaviour")).containsExactly("s1");

    Files.delete(shop.path(file));
    assertThat(shop.repair().verify(false).lost()).isEqualTo(1);
    assertThat(shop.ask("select session from behaviour")).isEmpty();
  }
}
