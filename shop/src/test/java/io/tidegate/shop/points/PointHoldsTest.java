package io.tidegate.shop.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.db.TxWork;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.testing.ShopDatabase;
import io.tidegate.shop.testing.Together;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Points that orders hold: never more than there are, given back or used exactly once. */
class PointHoldsTest {

  private static final Instant AT = Instant.parse("2026-11-22T12:00:00.123Z");

  private ShopDatabase shop;
  private PointsStore store;

  @BeforeEach
  void open() {
    shop = new ShopDatabase();
    store = new PointsStore(shop.database());
    grant(1, 42, 100);
  }

  @AfterEach
  void close() {
    assertThat(
            shop.number(
                """
                select count(*) from points.account a
                where balance <> (select sum(amount) from points.entry e where e.user_id = a.user_id)
                  or held <> (
                    select coalesce(-sum(h.amount), 0) from points.entry h
                    where h.user_id = a.user_id and h.kind = 'held' and not exists (
                      select from points.entry s where s.order_number = h.order_number
                        and s.kind in ('released', 'used')))
                """))
        .isZero();
    shop.close();
  }

  @Test
  void whatIsHeldIsOutOfTheBalanceAndComesBack() {
    write(tx -> PointsStore.hold(tx, List.of(hold(7, 42, 60), hold(8, 42, 30))));
    assertThat(store.account(42)).isEqualTo(new PointAccount(10, 90));
    write(tx -> PointsStore.release(tx, List.of(hold(7, 42, 60))));
    assertThat(store.account(42)).isEqualTo(new PointAccount(70, 30));
    write(tx -> PointsStore.use(tx, List.of(hold(8, 42, 30))));
    assertThat(store.account(42)).isEqualTo(new PointAccount(70, 0));
    assertThat(store.entries(42, Long.MAX_VALUE, 9))
        .extracting(entry -> entry.orderNumber() + entry.kind().code() + entry.amount())
        .containsExactly("8used0", "7released60", "8held-30", "7held-60", "1earned100");
  }

  @Test
  void aBalanceIsNotOverdrawnAndAnOrderHoldsOnce() {
    refused(tx -> PointsStore.hold(tx, List.of(hold(7, 42, 60), hold(8, 42, 41))));
    refused(tx -> PointsStore.hold(tx, List.of(hold(7, 43, 1))));
    write(tx -> PointsStore.hold(tx, List.of(hold(7, 42, 60))));
    refused(tx -> PointsStore.hold(tx, List.of(hold(7, 42, 10))));
    assertThat(store.account(42)).isEqualTo(new PointAccount(40, 60));
  }

  @Test
  void theSecondOfReleaseAndUseChangesNothing() {
    write(tx -> PointsStore.hold(tx, List.of(hold(7, 42, 60), hold(8, 42, 40))));
    write(tx -> PointsStore.release(tx, List.of(hold(7, 42, 60))));
    refused(tx -> PointsStore.release(tx, List.of(hold(7, 42, 60))));
    refused(tx -> PointsStore.use(tx, List.of(hold(7, 42, 60))));
    write(tx -> PointsStore.use(tx, List.of(hold(8, 42, 40))));
    refused(tx -> PointsStore.use(tx, List.of(hold(8, 42, 40))));
    refused(tx -> PointsStore.release(tx, List.of(hold(8, 42, 40))));
    assertThat(store.account(42)).isEqualTo(new PointAccount(60, 0));
  }

  @Test
  void noOtherAmountAndNoOtherCustomerIsSettled() {
    grant(2, 43, 100);
    write(tx -> PointsStore.hold(tx, List.of(hold(7, 42, 60), hold(8, 43, 60))));
    refused(tx -> PointsStore.release(tx, List.of(hold(7, 42, 59))));
    refused(tx -> PointsStore.release(tx, List.of(hold(7, 43, 60))));
    refused(tx -> PointsStore.use(tx, List.of(hold(9, 42, 60))));
  }

  @Test
  void underTheLockItIsToldWhatHappenedBefore() {
    write(tx -> PointsStore.hold(tx, List.of(hold(7, 42, 60), hold(8, 42, 40))));
    write(tx -> PointsStore.release(tx, List.of(hold(7, 42, 60))));
    write(tx -> PointsStore.use(tx, List.of(hold(8, 42, 40))));
    shop.database()
        .write(
            "look",
            tx -> {
              assertThat(PointsStore.lock(tx, List.of(43L, 42L, 42L))).isEqualTo(Map.of(42L, 60L));
              Map<Long, HeldPoints> held = PointsStore.held(tx, List.of(7L, 8L, 9L));
              assertThat(held).containsOnlyKeys(7L, 8L);
              HeldPoints released = held.get(7L);
              HeldPoints used = held.get(8L);
              assertThat(released.release()).isEqualTo(Outcome.alreadyApplied(released));
              assertThat(released.use()).isEqualTo(Outcome.refused(HeldPoints.State.RELEASED));
              assertThat(used.use()).isEqualTo(Outcome.alreadyApplied(used));
              assertThat(used.release()).isEqualTo(Outcome.refused(HeldPoints.State.USED));
              return true;
            });
  }

  @Test
  void ofTwoThatOverdrawABalanceOneWins() throws Exception {
    for (int round = 0; round < 20; round++) {
      long first = 100 + 2L * round;
      List<Boolean> won =
          Together.run(
              () -> tried(tx -> PointsStore.hold(tx, List.of(hold(first, 42, 60)))),
              () -> tried(tx -> PointsStore.hold(tx, List.of(hold(first + 1, 42, 60)))));
      assertThat(won).containsExactlyInAnyOrder(true, false);
      long winner = won.get(0) ? first : first + 1;
      write(tx -> PointsStore.release(tx, List.of(hold(winner, 42, 60))));
    }
    assertThat(store.account(42)).isEqualTo(new PointAccount(100, 0));
  }

  @Test
  void ofReleaseAndUseAtTheSameTimeOneWins() throws Exception {
    for (int round = 0; round < 20; round++) {
      List<PointHold> holds = List.of(hold(100 + round, 42, 5));
      write(tx -> PointsStore.hold(tx, holds));
      assertThat(
              Together.run(
                  () -> tried(tx -> PointsStore.release(tx, holds)),
                  () -> tried(tx -> PointsStore.use(tx, holds))))
          .containsExactlyInAnyOrder(true, false);
    }
    assertThat(store.account(42).held()).isZero();
  }

  /** Holds, releases, uses and grants of few customers at once, each batch in its own order. */
  @Test
  void grantsBetweenHoldsLoseNothing() throws Exception {
    for (int user = 0; user < 5; user++) {
      grant(10 + user, 50 + user, 1_000);
    }
    List<Callable<Boolean>> work = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      int own = thread;
      work.add(() -> {
        Random random = new Random(own);
        for (int i = 0; i < 25; i++) {
          long order = 1_000L * (own + 1) + 10L * i;
          List<PointHold> holds = new ArrayList<>();
          for (int line = 0; line < 4; line++) {
            holds.add(hold(order + line, 50 + random.nextInt(5), 1 + random.nextInt(9)));
          }
          write(tx -> PointsStore.hold(tx, holds));
          grant(order + 5, 50 + random.nextInt(5), 3);
          boolean paid = random.nextBoolean();
          write(tx -> {
            if (paid) {
              PointsStore.use(tx, holds);
            } else {
              PointsStore.release(tx, holds);
            }
          });
        }
        return true;
      });
    }
    Together.run(work);
    assertThat(shop.number("select sum(held)::bigint from points.account")).isZero();
    assertThat(
            shop.number(
                "select deadlocks from pg_stat_database where datname = current_database()"))
        .isZero();
  }

  private boolean tried(Consumer<Tx> work) {
    try {
      write(work);
      return true;
    } catch (DatabaseFailure.Conflict _) {
      return false;
    }
  }

  private void refused(Consumer<Tx> work) {
    assertThatThrownBy(() -> shop.database().writeOnce(done(work)))
        .isInstanceOf(DatabaseFailure.Conflict.class);
  }

  private void write(Consumer<Tx> work) {
    shop.database().writeOnce(done(work));
  }

  private static TxWork<Boolean> done(Consumer<Tx> work) {
    return tx -> {
      work.accept(tx);
      return true;
    };
  }

  private void grant(long order, long user, long points) {
    shop.database()
        .write(
            "grant",
            tx -> {
              store.grant(tx, List.of(new PointGrant(order, user, points, AT)));
              return true;
            });
  }

  private static PointHold hold(long order, long user, long points) {
    return new PointHold(order, user, points, AT);
  }
}
