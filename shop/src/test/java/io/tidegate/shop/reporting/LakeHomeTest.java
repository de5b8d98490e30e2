package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.shop.reporting.LakeHome.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lake that was lost is begun anew in one folder, which no other lake has. */
class LakeHomeTest {

  private static final Sql ROW = Sql.of("select ctid::text from reporting.lake");
  private static final Sql WAITING =
      Sql.of(
          """
          select count(*)::int from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'
          """);

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

  private LakeSettings in(String name) {
    return LakeSettings.of(folder.resolve(name), folder.resolve("duckdb"), LakeShop.ZONE);
  }

  private Place place(String name) {
    return LakeHome.look(shop.database, in(name));
  }

  @Test
  void ofTwoFoldersThatAreToBeTheLakeAtOnceOneIs() throws Exception {
    for (int round = 0; round < 20; round++) {
      CountDownLatch go = new CountDownLatch(1);
      List<Future<String>> tries = new ArrayList<>();
      try (ExecutorService both = Executors.newFixedThreadPool(2)) {
        for (String name : List.of("a" + round, "b" + round)) {
          tries.add(
              both.submit(() -> {
                go.await();
                try {
                  LakeHome.restore(shop.database, in(name));
                  return "";
                } catch (LakeHome.Refused e) {
                  return String.valueOf(e.getMessage());
                }
              }));
        }
        go.countDown();
      }
      List<Place> places = List.of(place("a" + round), place("b" + round));
      assertThat(places).containsOnlyOnce(Place.HERE);
      for (Future<String> each : tries) {
        assertThat(each.get()).matches("|the lake was just begun anew in another folder than .*");
      }
    }
  }

  @Test
  void aFolderThatTurnsUpAgainIsTheLakeNoMore() {
    List<LoggedEvent> events = shop.log(0, 10);
    shop.write(events);
    List<LakeFile> live = shop.ground.files().live();
    LakeHome.restore(shop.database, in("new"));
    assertThat(place("new")).isEqualTo(Place.HERE);
    assertThat(place("lake")).isEqualTo(Place.ELSEWHERE);
    assertThatThrownBy(() -> shop.write(shop.log(10, 10)))
        .isInstanceOf(DatabaseFailure.Transient.class)
        .hasMessageContaining("another folder");
    assertThat(shop.ground.files().live()).isEqualTo(live);
  }

  private String row() {
    return shop.database.read(ROW, row -> row.getString(1)).getFirst();
  }

  /** Many files are written in a day: a write for that would leave a dead row each time. */
  @Test
  void whoWritesFilesKeepsTheLakeWhereItIsAndWritesNothingForThat() throws Exception {
    String before = row();
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<?> moved =
          shop.database.writeOnce(tx -> {
            LakeHome.demand(tx, in("lake"));
            Future<?> moving = other.submit(() -> LakeHome.restore(shop.database, in("new")));
            await().until(() -> shop.database.read(WAITING, row -> row.getInt(1)).getFirst() > 0);
            assertThat(place("lake")).isEqualTo(Place.HERE);
            assertThat(row()).isEqualTo(before);
            return moving;
          });
      moved.get();
    }
    assertThat(place("new")).isEqualTo(Place.HERE);
    assertThatThrownBy(() ->
            shop.database.writeOnce(tx -> {
              LakeHome.demand(tx, in("lake"));
              return true;
            }))
        .isInstanceOf(DatabaseFailure.Transient.class);
  }

  @Test
  void whatIsALakeAlreadyIsRefusedAndStaysAsItIs() throws Exception {
    assertThatThrownBy(() -> LakeHome.restore(shop.database, in("lake")))
        .isInstanceOf(LakeHome.Refused.class)
        .hasMessageContaining("was not lost");

    Path others = Files.createDirectories(folder.resolve("others"));
    Files.writeString(others.resolve(LakeHome.MARKER), "another system\n");
    assertThatThrownBy(() -> LakeHome.restore(shop.database, in("others")))
        .isInstanceOf(LakeHome.Refused.class)
        .hasMessageContaining("another system");
    assertThat(others.resolve(LakeHome.MARKER)).hasContent("another system");

    Files.delete(others.resolve(LakeHome.MARKER));
    Path day = Files.createDirectories(others.resolve("orders/day=2026-11-10"));
    Files.writeString(day.resolve("1-0-a.parquet"), "theirs");
    assertThatThrownBy(() -> LakeHome.restore(shop.database, in("others")))
        .isInstanceOf(LakeHome.Refused.class)
        .hasMessageContaining("knows none of them");
    assertThat(others.resolve(LakeHome.MARKER)).doesNotExist();
    assertThat(place("lake")).isEqualTo(Place.HERE);
  }

  @Test
  void itsOwnFolderThatHasLostItsMarkerIsTakenAgain() throws Exception {
    shop.write(shop.log(0, 10));
    Files.delete(shop.lake.folder().resolve(LakeHome.MARKER));
    LakeHome.restore(shop.database, in("lake"));
    assertThat(place("lake")).isEqualTo(Place.HERE);
    assertThat(shop.repair().verify(true).broken()).isZero();
  }
}
