package io.tidegate.shop.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.testing.ShopDatabase;
import io.tidegate.shop.testing.Together;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is set aside is taken, given back and freed to the piece. */
class PoolStoreTest {

  private static final Instant NOW = Instant.now();
  private static final long ORDER = OrderNumber.of(NOW.toEpochMilli(), 42, 0, 0).value();

  private static final int ROUNDS = 10;
  private static final int BUYERS = 6;
  private static final int STEPS = 20;

  private static ShopDatabase shop;
  private static PoolStore pools;

  @BeforeAll
  static void open() {
    shop = new ShopDatabase();
    pools = new PoolStore(shop.database());
    StockStore.prepare(shop.database(), NOW);
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @BeforeEach
  void goods() {
    shop.run("delete from inventory.given_back");
    shop.run("delete from inventory.pool");
    shop.run("delete from inventory.stock");
    shop.run("insert into inventory.stock values ('A', 100, 90, 4, 6), ('B', 10, 7, 0, 3)");
  }

  @Test
  void whatIsSetAsideIsLockedAndNotAvailable() {
    Map<String, Long> opened = opened(Map.of("A", 40L, "B", 7L));

    assertThat(stock("A")).isEqualTo(new Stock("A", 100, 50, 44, 6));
    assertThat(stock("B")).isEqualTo(new Stock("B", 10, 0, 7, 3));
    long a = opened.getOrDefault("A", 0L);
    long b = opened.getOrDefault("B", 0L);
    assertThat(pools.find(List.of(b, a, 1_000_000L)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(a, new Pool(a, "A", 40, 40, true), b, new Pool(b, "B", 7, 7, true)));
  }

  @Test
  void whereOneIsShortNoneIsSetAside() {
    var wanted = new TreeMap<>(Map.of("A", 40L, "B", 8L, "C", 1L));

    PoolStore.Opening opening = shop.database().write("open", tx -> PoolStore.open(tx, wanted));
    assertThat(opening).isEqualTo(new PoolStore.Short(Map.of("B", 7L, "C", 0L)));

    assertThat(stock("A")).isEqualTo(new Stock("A", 100, 90, 4, 6));
    assertThat(shop.number("select count(*) from inventory.pool")).isZero();
    assertThatThrownBy(() ->
            shop.database()
                .write("open", tx -> PoolStore.open(tx, new TreeMap<>(Map.of("A", -1L)))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anEmptyPoolIsFilledLater() {
    long pool = opened("B", 0);

    assertThat(add(pool, 8)).isFalse();
    assertThat(stock("B")).isEqualTo(new Stock("B", 10, 7, 0, 3));
    assertThat(add(pool, 7)).isTrue();

    assertThat(pool(pool)).isEqualTo(new Pool(pool, "B", 7, 7, true));
    assertThat(stock("B")).isEqualTo(new Stock("B", 10, 0, 7, 3));
  }

  @Test
  void takingTouchesNoStockAndNeverMoreThanIsFree() {
    long pool = opened("A", 40);
    write(tx -> PoolStore.take(tx, pieces(pool, 39)));

    assertThat(pool(pool)).isEqualTo(new Pool(pool, "A", 40, 1, true));
    assertThat(pool(pool).has(0, 1)).isTrue();
    assertThat(pool(pool).has(1, 1)).isFalse();
    assertThat(stock("A")).isEqualTo(new Stock("A", 100, 50, 44, 6));
    assertThatThrownBy(() -> write(tx -> PoolStore.take(tx, pieces(pool, 2))))
        .isInstanceOf(DatabaseFailure.Conflict.class);
    assertThat(pool(pool).free()).isEqualTo(1);
  }

  @Test
  void whatComesBackIsFreeInItsOpenPool() {
    long pool = opened("A", 40);
    write(tx -> PoolStore.take(tx, pieces(pool, 10)));
    move(moves -> moves.sell("A", 6));
    move(moves -> moves.release("A", 4, pool));

    assertThat(pool(pool).free()).isEqualTo(34);
    assertThat(stock("A")).isEqualTo(new Stock("A", 100, 50, 38, 12));

    giveBack(1, 5, pool);
    giveBack(1, 5, pool); // told again, it is done already

    assertThat(pool(pool).free()).isEqualTo(39);
    assertThat(stock("A")).isEqualTo(new Stock("A", 100, 50, 43, 7));
  }

  @Test
  void whatComesBackToAClosedPoolIsAvailableToAll() {
    long pool = opened("A", 40);
    write(tx -> PoolStore.take(tx, pieces(pool, 10)));
    move(moves -> moves.sell("A", 6));
    close(pool);

    assertThat(pool(pool)).isEqualTo(new Pool(pool, "A", 40, 0, false));
    assertThat(stock("A")).isEqualTo(new Stock("A", 100, 80, 8, 12));

    close(pool); // closed already
    move(moves -> moves.release("A", 4, pool));
    giveBack(1, 6, pool);

    assertThat(pool(pool)).isEqualTo(new Pool(pool, "A", 40, 0, false));
    assertThat(stock("A")).isEqualTo(new Stock("A", 100, 90, 4, 6));
    assertThatThrownBy(() -> write(tx -> PoolStore.take(tx, pieces(pool, 1))))
        .isInstanceOf(DatabaseFailure.Conflict.class);
    assertThatThrownBy(() -> add(pool, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPoolNeverHoldsMoreThanItsAllocation() {
    long pool = opened("A", 40);

    assertThatThrownBy(() -> move(moves -> moves.release("A", 1, pool)))
        .isInstanceOf(DatabaseFailure.Conflict.class);
    assertThat(pool(pool).free()).isEqualTo(40);
  }

  /** Who looked while the pool was open and writes after it was closed is thrown back, once. */
  @Test
  void aPoolThatClosesBetweenLookingAndWritingIsLookedAtAgain() {
    long pool = opened("A", 40);
    write(tx -> PoolStore.take(tx, pieces(pool, 10)));
    int[] tries = {0};
    write(tx -> {
      StockMoves moves = new StockMoves();
      moves.release("A", 4, pool);
      StockStore.move(tx, moves);
      if (tries[0]++ == 0) {
        close(pool);
      }
    });

    assertThat(tries[0]).isEqualTo(2);
    assertThat(pool(pool).free()).isZero();
    assertThat(stock("A")).isEqualTo(new Stock("A", 100, 84, 10, 6));
  }

  @Test
  void severalPoolsAreLockedById() {
    Map<String, Long> opened = opened(Map.of("A", 40L, "B", 7L));
    List<Long> ids = List.copyOf(opened.values());
    Map<Long, Pool> locked = shop.database().write("lock", tx -> PoolStore.lock(tx, ids));

    assertThat(locked).isEqualTo(pools.find(ids));
    write(tx -> PoolStore.close(tx, PoolStore.lock(tx, ids).values()));
    assertThat(stock("A")).isEqualTo(new Stock("A", 100, 90, 4, 6));
    assertThat(stock("B")).isEqualTo(new Stock("B", 10, 7, 0, 3));
  }

  /** The last pieces, and more askers than pieces: as many as there are, and no more. */
  @Test
  void ofManyTakersAsManyWinAsThereArePieces() throws Exception {
    long pool = opened("A", 20);
    List<Boolean> won = Together.run(Collections.nCopies(60, () -> taken(pool)));

    assertThat(won).filteredOn(each -> each).hasSize(20);
    assertThat(pool(pool).free()).isZero();
  }

  /** Buyers who take, pay, give up and send back, more stock, and in half of the rounds the end. */
  @Test
  void everythingAtOnceLeavesNoPieceAstray() throws Exception {
    AtomicInteger refunds = new AtomicInteger();
    for (int round = 0; round < ROUNDS; round++) {
      long pool = opened("A", 6);
      List<Callable<Integer>> work = new ArrayList<>();
      for (int i = 0; i < BUYERS; i++) {
        Random random = new Random(round * 100L + i);
        work.add(() -> buyer(pool, random, refunds));
      }
      boolean ends = round % 2 == 0;
      int delay = round * 5;
      work.add(() -> added(pool, 4));
      if (ends) {
        work.add(() -> ended(pool, delay));
      }
      List<Integer> done = Together.run(work);

      int allocation = 6 + done.get(BUYERS);
      assertThat(pool(pool))
          .isEqualTo(new Pool(pool, "A", allocation, ends ? 0 : allocation, !ends));
      close(pool);
      assertThat(stock("A")).isEqualTo(new Stock("A", 100, 90, 4, 6));
    }
    assertThat(refunds.get()).as("some were sent back").isGreaterThan(ROUNDS);
    assertThat(
            shop.number(
                "select deadlocks from pg_stat_database where datname = current_database()"))
        .isZero();
  }

  /** Has nothing in the end. */
  private static int buyer(long pool, Random random, AtomicInteger refunds) {
    int held = 0;
    int sold = 0;
    for (int step = 0; step < STEPS; step++) {
      int what = random.nextInt(4);
      if (what == 0 && held > 0) {
        move(moves -> moves.sell("A", 1));
        held--;
        sold++;
      } else if (what == 1 && held > 0) {
        move(moves -> moves.release("A", 1, pool));
        held--;
      } else if (what == 2 && sold > 0) {
        giveBack(refunds.incrementAndGet(), 1, pool);
        sold--;
      } else if (taken(pool)) {
        held++;
      }
    }
    if (held > 0) {
      int left = held;
      move(moves -> moves.release("A", left, pool));
    }
    if (sold > 0) {
      giveBack(refunds.incrementAndGet(), sold, pool);
    }
    return 0;
  }

  /** How many were added, before the end. */
  private static int added(long pool, int quantity) {
    return shop.database()
        .write(
            "add",
            tx -> {
              Pool locked = one(PoolStore.lock(tx, List.of(pool)));
              return locked.open() && PoolStore.add(tx, locked, quantity) ? quantity : 0;
            });
  }

  /** Ends it a little later in each round. */
  private static int ended(long pool, int delay) {
    for (int i = 0; i < delay; i++) {
      shop.number("select 1");
    }
    close(pool);
    return 0;
  }

  private static boolean taken(long pool) {
    try {
      shop.database()
          .writeOnce(tx -> {
            PoolStore.take(tx, pieces(pool, 1));
            return true;
          });
      return true;
    } catch (DatabaseFailure.Conflict _) {
      return false;
    }
  }

  private static Map<String, Long> opened(Map<String, Long> wanted) {
    return switch (shop.database().write("open", tx -> PoolStore.open(tx, new TreeMap<>(wanted)))) {
      case PoolStore.Opened(Map<String, Long> bySku) -> bySku;
      case PoolStore.Short lacking -> throw new AssertionError(lacking);
    };
  }

  private static long opened(String sku, long quantity) {
    return opened(Map.of(sku, quantity)).values().iterator().next();
  }

  private static boolean add(long pool, long quantity) {
    return shop.database()
        .write("add", tx -> PoolStore.add(tx, one(PoolStore.lock(tx, List.of(pool))), quantity));
  }

  private static void close(long pool) {
    write(tx -> PoolStore.close(tx, PoolStore.lock(tx, List.of(pool)).values()));
  }

  private static void giveBack(int refund, int quantity, @Nullable Long pool) {
    var back = new StockReturn(ORDER, refund, "A", quantity, null, pool, NOW);
    write(tx -> StockStore.giveBack(tx, List.of(back)));
  }

  private static void move(Consumer<StockMoves> what) {
    write(tx -> {
      StockMoves moves = new StockMoves();
      what.accept(moves);
      StockStore.move(tx, moves);
    });
  }

  private static void write(Consumer<Tx> work) {
    shop.database()
        .write(
            "pool",
            tx -> {
              work.accept(tx);
              return true;
            });
  }

  private static SortedMap<Long, Long> pieces(long pool, long quantity) {
    return new TreeMap<>(Map.of(pool, quantity));
  }

  private static Pool pool(long id) {
    return one(pools.find(List.of(id)));
  }

  private static Pool one(Map<Long, Pool> found) {
    assertThat(found).hasSize(1);
    return found.values().iterator().next();
  }

  private static Stock stock(String sku) {
    return new StockStore(shop.database()).find(sku).orElseThrow();
  }
}
