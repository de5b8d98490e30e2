package io.tidegate.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.IdempotencyTable.Entry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys: the first has it, twins get the first's reference, a refused one is free again. */
class IdempotencyTableTest {

  private final String url = JarDatabase.fresh();
  private final JarDatabase one = new JarDatabase(url);
  private final JarDatabase other = new JarDatabase(url);

  @AfterEach
  void close() {
    one.close();
    other.close();
  }

  @Test
  void aClaimedKeyIsKnownToTheNextWithReferenceAndCommand() {
    assertThat(claim(one, entry(2, 20), entry(1, 10), entry(2, 21))).isEmpty();

    Map<String, Entry> known = claim(other, entry(1, 99), entry(2, 99), entry(3, 30));

    assertThat(known).hasSize(2);
    assertThat(entry(known, 1).reference()).isEqualTo(10);
    assertThat(entry(known, 2).reference()).as("the first of the two").isEqualTo(20);
    assertThat(entry(known, 1).sameCommand(Draw.keyOf(1))).isTrue();
    assertThat(entry(known, 1).sameCommand(Draw.keyOf(2))).isFalse();
    assertThat(one.count("select count(*) from db.idempotency")).isEqualTo(3);
  }

  @Test
  void aClaimOfATransactionThatIsRolledBackIsNone() {
    one.database.writeOnce(tx -> IdempotencyTable.claim(tx, List.of(entry(1, 10))));
    assertThat(claim(other, entry(1, 11))).isEmpty();
  }

  @Test
  void anInsertOfAKeyThatIsThereIsAConflict() {
    claim(one, entry(1, 10));
    assertThatThrownBy(() ->
            other.database.writeOnce(tx -> {
              IdempotencyTable.insert(tx, List.of(entry(2, 20), entry(1, 11)));
              return true;
            }))
        .isInstanceOf(DatabaseFailure.Conflict.class);
    assertThat(claim(one, entry(2, 20))).isEmpty();
  }

  @Test
  void aReleasedKeyIsFree() {
    one.database.writeOnce(tx -> {
      IdempotencyTable.claim(tx, List.of(entry(1, 10), entry(2, 20)));
      IdempotencyTable.release(tx, List.of(Draw.keyOf(2)));
      return true;
    });
    assertThat(claim(other, entry(1, 11), entry(2, 21))).containsOnlyKeys(mapKey(1));
  }

  @Test
  void aReferenceSaidLaterIsWhatTwinsGet() {
    one.database.writeOnce(tx -> {
      IdempotencyTable.claim(tx, List.of(entry(1, 0), entry(2, 0), entry(3, 0)));
      IdempotencyTable.refer(tx, Map.of(mapKey(1), 111L, mapKey(2), 222L));
      IdempotencyTable.refer(tx, Map.of());
      return true;
    });
    Map<String, Entry> known = claim(other, entry(1, 9), entry(2, 9), entry(3, 9));
    assertThat(entry(known, 1).reference()).isEqualTo(111);
    assertThat(entry(known, 2).reference()).isEqualTo(222);
    assertThat(entry(known, 3).reference()).isZero();
  }

  @Test
  void aReferenceToAKeyThatNobodyClaimedFails() {
    assertThatThrownBy(() ->
            one.database.writeOnce(tx -> {
              IdempotencyTable.refer(tx, Map.of(mapKey(7), 1L));
              return true;
            }))
        .isInstanceOf(DatabaseFailure.Conflict.class);
  }

  /** The twin waits for the first, is thrown back by its commit, and then knows it. */
  @Test
  void ofTwinsOnTwoNodesOneRuns() throws Exception {
    CountDownLatch claimed = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Map<String, Entry>> first =
          threads.submit(() ->
              one.database.writeOnce(tx -> {
                Map<String, Entry> known =
                    IdempotencyTable.claim(tx, List.of(entry(1, 10), entry(5, 50)));
                claimed.countDown();
                awaitOpen(goOn);
                IdempotencyTable.release(tx, List.of(Draw.keyOf(5)));
                return known;
              }));
      claimed.await();
      Future<Map<String, Entry>> twin =
          threads.submit(() -> claim(other, entry(5, 51), entry(1, 11)));
      JarDatabase.until(() ->
          one.count(
                  """
                  select count(*) from pg_stat_activity
                  where datname = current_database() and wait_event_type = 'Lock'
                  """)
              == 1);
      goOn.countDown();

      assertThat(first.get()).isEmpty();
      assertThat(twin.get()).as("its own is 5, which was refused").containsOnlyKeys(mapKey(1));
      assertThat(entry(twin.get(), 1).reference()).isEqualTo(10);
    }
    assertThat(entry(claim(one, entry(5, 52)), 5).reference()).isEqualTo(51);
  }

  private static void awaitOpen(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, Entry> claim(JarDatabase node, Entry... entries) {
    return node.database.write(
        "claim",
        tx -> {
          Map<String, Entry> known = IdempotencyTable.claim(tx, List.of(entries));
          tx.write(Sql.of("select 1")); // without a write it would be rolled back
          return known;
        });
  }

  private static Entry entry(long key, long reference) {
    return new Entry(Draw.keyOf(key), Draw.keyOf(key), reference);
  }

  private static Entry entry(Map<String, Entry> known, long key) {
    return Objects.requireNonNull(known.get(mapKey(key)));
  }

  private static String mapKey(long key) {
    return IdempotencyTable.mapKey(Draw.keyOf(key));
  }
}
