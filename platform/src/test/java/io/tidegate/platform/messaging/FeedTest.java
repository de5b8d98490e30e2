package io.tidegate.platform.messaging;

import static io.tidegate.platform.messaging.MessagingDatabase.append;
import static io.tidegate.platform.messaging.MessagingDatabase.takeId;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.messaging.FeedPage.Gone;
import io.tidegate.platform.messaging.FeedPage.Read;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The feed gives every committed event once, in order for each key, whatever commits late. */
final class FeedTest {

  private final MessagingDatabase db = new MessagingDatabase();
  private final Horizons horizons = horizons();
  private final EventFeed feed = new EventFeed(db.database);

  private Horizons horizons() {
    return new Horizons(db.database, "node-1", MessagingDatabase.settings());
  }

  @AfterEach
  void close() {
    feed.close();
    horizons.close();
    db.close();
  }

  static FeedPage read(EventFeed feed, FeedPlace after, int limit) {
    return read(feed, after, EventTypes.ALL, limit, Duration.ZERO);
  }

  static FeedPage read(
      EventFeed feed, FeedPlace after, EventTypes types, int limit, Duration wait) {
    try {
      long until = System.nanoTime() + wait.toNanos();
      return feed.read(new EventFeed.Wish(after, types, limit, until));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void drain(Horizons horizons) {
    while (horizons.step()) {
      // the next part
    }
  }

  /** A reader that goes on from where it was, page by page. */
  private final class Follower {
    final List<LoggedEvent> events = new ArrayList<>();
    FeedPlace at = FeedPlace.BEGINNING;

    Read page(int limit) {
      Read page = (Read) read(feed, at, limit);
      page.events().forEach(event -> events.add(event.event()));
      assertThat(page.events()).hasSizeLessThanOrEqualTo(limit);
      at = page.next();
      return page;
    }

    /** What is in memory may be behind by a look. */
    void toEnd(int limit) {
      FeedPlace end = feed.end();
      do {
        page(limit);
      } while (!at.equals(end));
    }

    List<Long> positions() {
      return events.stream().map(LoggedEvent::position).toList();
    }

    List<Integer> versions(long key) {
      return events.stream().filter(e -> e.key() == key).map(LoggedEvent::version).toList();
    }
  }

  @Test
  void aLateCommitIsNeitherSkippedNorReordered() throws Exception {
    Follower follower = new Follower();
    follower.toEnd(1);
    try (Connection t99 = db.transaction();
        Connection t100 = db.transaction();
        Connection t101 = db.transaction()) {
      long id99 = takeId(t99); // takes its id, and waits
      long id100 = takeId(t100);
      assertThat(takeId(t101)).isGreaterThan(id100).isGreaterThan(id99);
      long low = append(t100, 8, 1);
      assertThat(append(t101, 7, 1)).isGreaterThan(low);
      t101.commit();
      drain(horizons);
      follower.toEnd(1);
      assertThat(follower.versions(7)).containsExactly(1);

      append(t99, 7, 2);
      t99.commit(); // while T100 still runs: below its horizon is e2 alone
      drain(horizons);
      follower.toEnd(1);
      assertThat(follower.versions(7)).as("in order").containsExactly(1, 2);

      t100.commit();
      drain(horizons);
      follower.toEnd(1);
      assertThat(follower.versions(8)).as("below the place, and not skipped").containsExactly(1);
      assertThat(follower.events).as("nothing twice").hasSize(3);
    }
    Follower later = new Follower();
    later.toEnd(2);
    assertThat(later.positions()).as("whoever comes later").isEqualTo(follower.positions());
  }

  @Test
  void twoEventsInOneLookStandByPosition() throws Exception {
    try (Connection t99 = db.transaction();
        Connection t101 = db.transaction()) {
      takeId(t99);
      append(t101, 7, 1);
      t101.commit();
      append(t99, 7, 2);
      t99.commit();
    }
    drain(horizons);
    Follower follower = new Follower();
    follower.toEnd(1);
    assertThat(follower.versions(7)).containsExactly(1, 2);
  }

  @Test
  void aLargeDifferenceIsCutIntoPartsAndAnotherLifeGoesOnWithIt() {
    int size = HorizonStore.BACKLOG_MAX + 3 * HorizonStore.EVENTS_MAX / 2;
    db.append("thing.done.v1", 1, LongStream.range(0, size).toArray());
    assertThat(horizons.step()).isTrue();
    db.append("thing.done.v1", 2, 1, 2, 3); // not part of the difference that is being cut
    horizons.close();
    drain(horizons());

    assertThat(db.count("select max(events) from messaging.horizon"))
        .isEqualTo(HorizonStore.EVENTS_MAX);
    Follower follower = new Follower();
    follower.page(1);
    follower.page(HorizonStore.EVENTS_MAX - 2);
    follower.toEnd(1_000);
    assertThat(follower.positions()).hasSize(size + 3).doesNotHaveDuplicates();
    assertThat(follower.versions(1)).containsExactly(1, 2);
    assertThat(db.count("select sum(events) from messaging.horizon")).isEqualTo(size + 3);
  }

  @Test
  void anOlderEpochCannotMakeHorizons() {
    db.append("thing.done.v1", 1, 1);
    db.execute("update messaging.feed set epoch = 5");
    org.assertj.core.api.Assertions.assertThatThrownBy(horizons::step)
        .isInstanceOf(io.tidegate.platform.db.DatabaseFailure.Conflict.class);
  }

  @Test
  void aRestoredLogGoesOnWhereTheFeedWas() {
    db.append("thing.done.v1", 1, 1, 2, 3);
    drain(horizons);
    Follower follower = new Follower();
    follower.toEnd(100);
    db.append("thing.done.v1", 2, 1, 2); // was in the log when it was taken away, in no horizon
    db.execute("update messaging.feed set cluster = 1");
    db.execute("update messaging.log set xid = '9000000001' where version = 1");
    db.execute("update messaging.log set xid = '9000000005' where version = 2");
    db.execute("update messaging.horizon set since = '1:1:', until = '9000000003:9000000003:'");

    try (Horizons here = horizons()) {
      drain(here);
      db.append("thing.done.v1", 3, 1);
      drain(here);
    }
    follower.toEnd(100);
    assertThat(follower.versions(1)).containsExactly(1, 2, 3);
    assertThat(follower.versions(2)).containsExactly(1, 2);
    assertThat(follower.positions()).doesNotHaveDuplicates().hasSize(6);
    Follower later = new Follower();
    later.toEnd(2);
    assertThat(later.positions()).isEqualTo(follower.positions());
  }

  @Test
  void typesAreChosenAndThePlaceMovesOverTheOthers() {
    db.append("thing.done.v1", 1, LongStream.range(0, 50).toArray());
    db.append("thing.undone.v1", 1, 7);
    db.append("other.done.v1", 1, 8);
    drain(horizons);
    EventTypes exact = EventTypes.parse("thing.undone.v1").orElseThrow();
    Read one = (Read) read(feed, FeedPlace.BEGINNING, exact, 10, Duration.ZERO);
    assertThat(one.events()).extracting(e -> e.event().key()).containsExactly(7L);
    assertThat(((Read) read(feed, one.next(), exact, 10, Duration.ZERO)).events()).isEmpty();

    EventTypes begins = EventTypes.parse("other.*,thing.undone.v1").orElseThrow();
    Read first = (Read) read(feed, FeedPlace.BEGINNING, begins, 1, Duration.ZERO);
    Read second = (Read) read(feed, first.next(), begins, 1, Duration.ZERO);
    assertThat(first.events()).extracting(e -> e.event().key()).containsExactly(7L);
    assertThat(second.events()).extracting(e -> e.event().key()).containsExactly(8L);
    assertThat(EventTypes.parse("thing.*.v1")).isEmpty();
    assertThat(EventTypes.parse("")).isEmpty();
  }

  @Test
  void aPlaceThatNeverWasIsGone() {
    db.append("thing.done.v1", 1, 1);
    drain(horizons);
    assertThat(read(feed, new FeedPlace(3, 0), 1)).isInstanceOf(Gone.class);
    assertThat(read(feed, new FeedPlace(2, 0), 1)).isInstanceOf(Read.class);
  }

  /** Between a reader's look for horizons and that for their ends any number may be made. */
  @Test
  void whatIsMadeBetweenTwoLooksIsForTheNextOne() {
    HorizonStore.Ends none = new HorizonStore.Ends(1, 0);
    HorizonStore.Ends three = new HorizonStore.Ends(1, 3);
    FeedPlace beginning = FeedPlace.BEGINNING;
    assertThat(FeedReader.beyond(beginning, none))
        .isEqualTo(new Read(List.of(), new FeedPlace(1, 0), true));
    assertThat(FeedReader.beyond(beginning, three))
        .isEqualTo(new Read(List.of(), beginning, false));
    for (long made = 1; made <= 3; made++) {
      FeedPlace place = new FeedPlace(made, 0);
      assertThat(FeedReader.beyond(place, three)).isEqualTo(new Read(List.of(), place, false));
    }
    FeedPlace end = new FeedPlace(4, 0);
    assertThat(FeedReader.beyond(end, three)).isEqualTo(new Read(List.of(), end, true));
    assertThat(FeedReader.beyond(new FeedPlace(5, 0), three)).isInstanceOf(Gone.class);
  }

  @Test
  void whetherATimeIsKeptIsKnown() {
    Instant before = Instant.now().minusSeconds(3_600);
    assertThat(feed.keeps(before)).isTrue();
    db.append("thing.done.v1", 1, 1);
    drain(horizons);
    db.append("thing.done.v1", 1, 2);
    drain(horizons);
    db.append("thing.done.v1", 1, 3);
    drain(horizons);
    assertThat(feed.keeps(Instant.EPOCH)).as("nothing was ever dropped").isTrue();
    db.execute("delete from messaging.horizon where id = 1");
    assertThat(feed.keeps(before)).isFalse();
    db.execute("update messaging.horizon set at = now() - interval '2 hours' where id = 2");
    assertThat(feed.keeps(before)).isTrue();
    assertThat(feed.keeps(Instant.now().plusSeconds(3_600))).isTrue();
  }

  @Test
  void onlyPlacesMadeHereAreTaken() {
    FeedPlaces places = new FeedPlaces(new byte[32]);
    String text = places.write(new FeedPlace(12, 34));
    assertThat(places.read(text)).contains(new FeedPlace(12, 34));
    for (int i = 0; i < text.length(); i++) {
      char other = text.charAt(i) == 'A' ? 'B' : 'A';
      assertThat(places.read(text.substring(0, i) + other + text.substring(i + 1))).isEmpty();
    }
    assertThat(places.read("")).isEmpty();
    assertThat(places.read("=".repeat(32))).isEmpty();
  }

  @Test
  void aTimeIsAPlaceBeforeItsEvents() {
    db.append("thing.done.v1", 1, 1);
    drain(horizons);
    db.execute("update messaging.horizon set at = '2020-01-01'");
    db.append("thing.done.v1", 1, 2);
    drain(horizons);
    Read page = (Read) read(feed, feed.from(Instant.parse("2021-01-01T00:00:00Z")), 10);
    assertThat(page.events()).extracting(e -> e.event().key()).containsExactly(2L);
    assertThat(feed.from(Instant.now().plusSeconds(3_600))).isEqualTo(feed.end());
  }

  /** Eight writers with pauses and rollbacks; readers behind, at the end, and one by one. */
  @Test
  void noMixtureOfWritersLosesDoublesOrReordersAnEvent() throws Exception {
    int writers = 8;
    int each = 1_250;
    horizons.start();
    Map<Long, List<Integer>> committed = new HashMap<>();
    List<Follower> followers = List.of(new Follower(), new Follower(), new Follower());
    List<Integer> limits = List.of(1, 37, 1_000);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> readers = new ArrayList<>();
      for (int i = 0; i < followers.size(); i++) {
        Follower follower = followers.get(i);
        int limit = limits.get(i);
        readers.add(threads.submit(() -> follow(follower, limit, writers * each)));
      }
      Map<Long, Future<List<Integer>>> writing = new HashMap<>();
      for (long key = 0; key < writers; key++) {
        writing.put(key, threads.submit(writer(new Random(4_711 + key), key, each)));
      }
      for (Map.Entry<Long, Future<List<Integer>>> writer : writing.entrySet()) {
        committed.put(writer.getKey(), writer.getValue().get());
      }
      for (Future<Boolean> reader : readers) {
        assertThat(reader.get()).isTrue();
      }
    }
    for (Follower follower : followers) {
      assertThat(follower.positions()).hasSize(writers * each).doesNotHaveDuplicates();
      committed.forEach((key, versions) -> assertThat(follower.versions(key)).isEqualTo(versions));
      assertThat(follower.positions()).isEqualTo(followers.getFirst().positions());
    }
  }

  private boolean follow(Follower follower, int limit, int wanted) {
    while (follower.events.size() < wanted) {
      Read page = (Read) read(feed, follower.at, EventTypes.ALL, limit, Duration.ofSeconds(30));
      if (page.events().isEmpty()) {
        return false; // nothing came for so long
      }
      page.events().forEach(event -> follower.events.add(event.event()));
      follower.at = page.next();
    }
    return true;
  }

  /** Writes so many events of one key, each transaction after the one before. */
  private Callable<List<Integer>> writer(Random random, long key, int wanted) {
    return () -> {
      List<Integer> committed = new ArrayList<>();
      int version = 0;
      while (committed.size() < wanted) {
        try (Connection connection = db.transaction()) {
          for (int t = 0; t < 20 && committed.size() < wanted; t++) {
            if (random.nextInt(4) == 0) {
              takeId(connection);
              Thread.sleep(random.nextInt(4)); // the pause is what is tried
            }
            List<Integer> mine = new ArrayList<>();
            for (int n = random.nextInt(4);
                n >= 0 && committed.size() + mine.size() < wanted;
                n--) {
              version++;
              append(connection, key, version);
              mine.add(version);
              if (random.nextInt(8) == 0) {
                Thread.sleep(random.nextInt(3));
              }
            }
            if (random.nextInt(6) == 0) {
              connection.rollback();
            } else {
              connection.commit();
              committed.addAll(mine);
            }
          }
        }
      }
      return committed;
    };
  }
}
