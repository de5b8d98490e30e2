package io.tidegate.shop.cart;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.shop.cart.Cart.Merged;
import io.tidegate.shop.cart.Cart.Refusal;
import io.tidegate.shop.cart.Cart.Wanted;
import io.tidegate.shop.cart.CartStore.KeyReused;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.testing.ShopDatabase;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Carts in the database, also when several requests change one. */
class CartStoreTest {

  private static final int ROUNDS = 40;
  private static ShopDatabase shop;
  private static CartStore store;
  private static ExecutorService threads;

  @BeforeAll
  static void open() {
    shop = new ShopDatabase();
    store = new CartStore(shop.database());
    threads = Executors.newVirtualThreadPerTaskExecutor();
  }

  @AfterAll
  static void close() {
    threads.close();
    shop.close();
  }

  @Test
  void twoPutsOfOneItemLeaveOneOfThem() throws Exception {
    for (long user = 1_000; user < 1_000 + ROUNDS; user++) {
      long who = user;
      together(
          List.of(
              () -> store.put(who, "A", 3, true, _ -> true),
              () -> store.put(who, "A", 5, false, _ -> true)));
      CartItem left = store.find(who).items().getFirst();
      assertThat(store.find(who).items()).hasSize(1);
      assertThat(left.selected()).isEqualTo(left.quantity() == 3);
    }
  }

  @Test
  void twoMergesAddUpAndTheSameTwiceDoesNot() throws Exception {
    for (long user = 2_000; user < 2_000 + ROUNDS; user++) {
      long who = user;
      List<Wanted> items = List.of(new Wanted("A", 3), new Wanted("B", 4));
      List<Outcome<Merged, KeyReused>> outcomes =
          together(
              List.of(
                  () -> store.merge(who, items, key(who, 1), _ -> true),
                  () -> store.merge(who, items, key(who, 1), _ -> true),
                  () -> store.merge(who, items, key(who, 2), _ -> true)));
      assertThat(outcomes).filteredOn(Outcome.Applied.class::isInstance).hasSize(2);
      assertThat(outcomes).filteredOn(Outcome.AlreadyApplied.class::isInstance).hasSize(1);
      assertThat(store.find(who).find("A").orElseThrow().quantity()).isEqualTo(6);
      assertThat(store.find(who).find("B").orElseThrow().quantity()).isEqualTo(8);
    }
  }

  @Test
  void aCartNeverHoldsMoreThanItsLimit() throws Exception {
    long user = 3_000;
    List<Wanted> most = new ArrayList<>();
    for (int i = 0; i < Cart.SKUS_MAX - 3; i++) {
      most.add(new Wanted("S" + i, 1));
    }
    store.merge(user, most, key(user, 1), _ -> true);
    List<Callable<Outcome<Cart, Refusal>>> work = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String sku = "NEW-" + i;
      work.add(() -> store.put(user, sku, 1, null, _ -> true));
    }
    assertThat(together(work)).filteredOn(Outcome.Refused.class::isInstance).hasSize(9);
    assertThat(store.find(user).items()).hasSize(Cart.SKUS_MAX);
  }

  @Test
  void placedLinesLeaveTheirCartsOnce() {
    store.put(4_000, "A", 1, null, _ -> true);
    store.put(4_000, "B", 1, null, _ -> true);
    store.put(4_001, "A", 1, null, _ -> true);
    List<CartLine> lines =
        List.of(new CartLine(4_001, "A"), new CartLine(4_000, "B"), new CartLine(4_000, "GONE"));
    for (int time = 0; time < 2; time++) {
      shop.database()
          .writeOnce(tx -> {
            CartStore.take(tx, one(lines));
            return true;
          });
    }
    assertThat(store.find(4_000).items()).extracting(CartItem::sku).containsExactly("A");
    assertThat(store.find(4_001).items()).isEmpty();
    Set<CartLine> locked =
        shop.database()
            .writeOnce(tx ->
                CartStore.lock(tx, List.of(new CartLine(4_000, "A"), new CartLine(4_000, "B"))));
    assertThat(locked).containsExactly(new CartLine(4_000, "A"));
  }

  @Test
  void whatWasPutInBesideThePlacedPiecesStays() {
    store.put(4_100, "A", 5, false, _ -> true);
    store.put(4_100, "B", 3, null, _ -> true);
    CartItem before = store.find(4_100).find("A").orElseThrow();
    shop.database()
        .writeOnce(tx -> {
          CartStore.take(tx, Map.of(new CartLine(4_100, "A"), 1, new CartLine(4_100, "B"), 4));
          return true;
        });
    assertThat(store.find(4_100).items())
        .containsExactly(new CartItem("A", 4, before.selected(), before.addedAt()));
  }

  /** Each piece that was put in and each that was ordered counts once, whoever comes first. */
  @Test
  void takingAndMergingAtOnceAddUp() throws Exception {
    for (long user = 7_000; user < 7_000 + ROUNDS; user++) {
      long who = user;
      store.put(who, "A", 9, null, _ -> true);
      List<Callable<Boolean>> work = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int number = i;
        work.add(() ->
            shop.database()
                .writeOnce(tx -> {
                  CartStore.take(tx, Map.of(new CartLine(who, "A"), 2));
                  return true;
                }));
        work.add(() ->
            store.merge(who, List.of(new Wanted("A", 3)), key(who, number), _ -> true)
                instanceof Outcome.Applied);
      }
      together(work);
      assertThat(store.find(who).find("A").orElseThrow().quantity()).isEqualTo(9 - 8 + 12);
    }
  }

  private static Map<CartLine, Integer> one(Collection<CartLine> lines) {
    return lines.stream().collect(Collectors.toMap(Function.identity(), _ -> 1));
  }

  /** A batch whose orders come from no cart pays nothing: it has no write, so nothing commits. */
  @Test
  void noLinesNoStatement() {
    long before = shop.number("select count(*) from db.commit_mark");
    shop.database()
        .writeOnce(tx -> {
          CartStore.take(tx, Map.of());
          return CartStore.lock(tx, List.of());
        });
    assertThat(shop.number("select count(*) from db.commit_mark")).isEqualTo(before);
  }

  /** Carts and placing share rows; whatever the order they are asked for in, nobody deadlocks. */
  @Test
  void cartsAndPlacingNeverWaitForEachOther() throws Exception {
    Random random = new Random(155);
    long deadlocks = deadlocks();
    List<Callable<Boolean>> work = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Set<CartLine> lines = new HashSet<>();
      for (int n = 0; n < 6; n++) {
        lines.add(new CartLine(5_000L + random.nextInt(3), "S" + random.nextInt(8)));
      }
      boolean loads = random.nextBoolean();
      work.add(() ->
          shop.database()
              .write(
                  "place",
                  tx -> {
                    CartStore.take(tx, one(loads ? CartStore.lock(tx, lines) : lines));
                    return true;
                  }));
      long user = 5_000L + random.nextInt(3);
      List<Wanted> items = List.of(new Wanted("S7", 1), new Wanted("S0", 1), new Wanted("S4", 1));
      int number = i;
      work.add(
          () -> store.merge(user, items, key(user, number), _ -> true) instanceof Outcome.Applied);
      work.add(() -> {
        store.clear(user);
        return true;
      });
    }
    together(work);
    assertThat(deadlocks()).isEqualTo(deadlocks);
  }

  @Test
  void aForgottenCartLeavesNoRow() {
    store.put(6_000, "A", 1, null, _ -> true);
    store.merge(6_000, List.of(new Wanted("NONE", 1)), key(6_000, 1), _ -> false);
    assertThat(shop.number("select count(*) from cart.skipped where user_id = 6000")).isEqualTo(1);
    shop.database()
        .writeOnce(tx -> {
          CartStore.forget(tx, 6_000);
          return true;
        });
    assertThat(shop.number("select count(*) from cart.item where user_id = 6000")).isZero();
    assertThat(shop.number("select count(*) from cart.cart where user_id = 6000")).isZero();
    assertThat(shop.number("select count(*) from cart.skipped where user_id = 6000")).isZero();
  }

  private static long deadlocks() {
    return shop.number("select deadlocks from pg_stat_database where datname = current_database()");
  }

  private static <T> List<T> together(List<Callable<T>> work) throws Exception {
    CyclicBarrier start = new CyclicBarrier(work.size());
    List<Future<T>> futures = new ArrayList<>();
    for (Callable<T> each : work) {
      futures.add(
          threads.submit(() -> {
            start.await();
            return each.call();
          }));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(future.get());
    }
    return results;
  }

  private static Entry key(long user, int number) {
    byte[] key = new byte[16];
    key[0] = (byte) number;
    key[1] = (byte) user;
    key[2] = (byte) (user >> 8);
    return new Entry(key, new byte[16], 0);
  }
}
