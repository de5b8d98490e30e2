package io.tidegate.shop.cart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.shop.cart.Cart.Refusal;
import io.tidegate.shop.cart.Cart.Skipped;
import io.tidegate.shop.cart.Cart.Wanted;
import io.tidegate.shop.kernel.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of a cart. */
class CartTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Cart EMPTY = new Cart(List.of());

  @Test
  void whatIsNewIsSelectedAndWhatIsThereKeepsItsPlace() {
    Cart one = applied(EMPTY.put("A", 2, null, _ -> true, NOW));
    assertThat(one.items()).containsExactly(new CartItem("A", 2, true, NOW));
    Cart changed = applied(one.put("A", 3, false, _ -> true, NOW.plusSeconds(9)));
    assertThat(changed.items()).containsExactly(new CartItem("A", 3, false, NOW));
    Cart kept = applied(changed.put("A", 4, null, _ -> true, NOW.plusSeconds(9)));
    assertThat(kept.items()).containsExactly(new CartItem("A", 4, false, NOW));
    assertThat(kept.selected()).isEmpty();
    assertThat(kept.put("A", 4, null, _ -> true, NOW)).isEqualTo(Outcome.alreadyApplied(kept));
  }

  @Test
  void whatNobodySellsDoesNotComeInButMayBeChanged() {
    assertThat(EMPTY.put("A", 1, null, _ -> false, NOW))
        .isEqualTo(Outcome.refused(Refusal.NOT_SELLABLE));
    Cart one = applied(EMPTY.put("A", 1, null, _ -> true, NOW));
    assertThat(applied(one.put("A", 1, false, _ -> false, NOW)).selected()).isEmpty();
  }

  @Test
  void aFullCartTakesNothingNew() {
    Cart full = full();
    assertThat(full.put("NEW", 1, null, _ -> true, NOW)).isEqualTo(Outcome.refused(Refusal.FULL));
    assertThat(full.put("S7", 9, null, _ -> true, NOW)).isInstanceOf(Outcome.Applied.class);
    assertThat(applied(full.remove("S7")).put("NEW", 1, null, _ -> true, NOW))
        .isInstanceOf(Outcome.Applied.class);
  }

  @Test
  void takingOutAndSelectingTwiceIsTheSameAsOnce() {
    Cart two =
        applied(applied(EMPTY.put("A", 1, null, _ -> true, NOW)).put("B", 1, null, _ -> true, NOW));
    Cart one = applied(two.remove("A"));
    assertThat(one.items()).extracting(CartItem::sku).containsExactly("B");
    assertThat(one.remove("A")).isEqualTo(Outcome.alreadyApplied(one));
    assertThat(two.select(true, null)).isEqualTo(Outcome.alreadyApplied(two));
    assertThat(applied(two.select(false, Set.of("A", "Z"))).selected())
        .extracting(CartItem::sku)
        .containsExactly("B");
    assertThat(applied(two.select(false, null)).selected()).isEmpty();
    assertThat(applied(two.clear()).items()).isEmpty();
    assertThat(EMPTY.clear()).isEqualTo(Outcome.alreadyApplied(EMPTY));
  }

  @Test
  void aMergeAddsUpToTheLimitsAndNamesWhatItLeftOut() {
    Cart mine = applied(full().remove("S0"));
    Cart.Merged merged =
        mine.merge(
            List.of(
                new Wanted("S1", 998),
                new Wanted("GONE", 1),
                new Wanted("NEW", 3),
                new Wanted("MORE", 1),
                new Wanted("S2", 5)),
            sku -> !sku.equals("GONE"),
            NOW);
    assertThat(merged.skipped())
        .containsExactly(
            new Skipped("GONE", Refusal.NOT_SELLABLE), new Skipped("MORE", Refusal.FULL));
    assertThat(merged.cart().find("S1").orElseThrow().quantity()).isEqualTo(Cart.QUANTITY_MAX);
    assertThat(merged.cart().find("S2").orElseThrow().quantity()).isEqualTo(7);
    assertThat(merged.cart().find("NEW").orElseThrow().quantity()).isEqualTo(3);
    assertThat(merged.cart().items()).hasSize(Cart.SKUS_MAX);
  }

  @Test
  void aQuantityOutOfRangeCantBeMade() {
    assertThatThrownBy(() -> new CartItem("A", 0, true, NOW))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new CartItem("A", 1_000, true, NOW))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Any row of acts leaves what a plain map of quantities says, within the limits. */
  @Test
  void randomActsLeaveWhatAMapSays() {
    Random random = new Random(20261124);
    Cart cart = EMPTY;
    Map<String, Integer> quantities = new HashMap<>();
    for (int step = 0; step < 20_000; step++) {
      String sku = "S" + random.nextInt(150);
      int quantity = 1 + random.nextInt(Cart.QUANTITY_MAX);
      boolean room = quantities.containsKey(sku) || quantities.size() < Cart.SKUS_MAX;
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          cart = value(cart, cart.put(sku, quantity, null, _ -> true, NOW));
          if (room) {
            quantities.put(sku, quantity);
          }
        }
        case 2 -> {
          cart = cart.merge(List.of(new Wanted(sku, quantity)), _ -> true, NOW).cart();
          if (room) {
            quantities.merge(sku, quantity, (a, b) -> Math.min(Cart.QUANTITY_MAX, a + b));
          }
        }
        case 3 -> {
          cart = value(cart, cart.remove(sku));
          quantities.remove(sku);
        }
        default -> cart = value(cart, cart.select(random.nextBoolean(), Set.of(sku)));
      }
      Map<String, Integer> actual = new HashMap<>();
      cart.items().forEach(item -> actual.put(item.sku(), item.quantity()));
      assertThat(actual).isEqualTo(quantities);
    }
    assertThat(quantities).hasSizeGreaterThan(100);
  }

  private static Cart full() {
    List<CartItem> items = new ArrayList<>();
    for (int i = 0; i < Cart.SKUS_MAX; i++) {
      items.add(new CartItem("S" + i, 2, true, NOW));
    }
    return new Cart(items);
  }

  private static Cart applied(Outcome<Cart, Refusal> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    return value(EMPTY, outcome);
  }

  private static Cart value(Cart otherwise, Outcome<Cart, Refusal> outcome) {
    @Nullable Cart cart =
        switch (outcome) {
          case Outcome.Applied<Cart, Refusal>(Cart after) -> after;
          case Outcome.AlreadyApplied<Cart, Refusal>(Cart after) -> after;
          case Outcome.Refused<Cart, Refusal> _ -> null;
        };
    return cart == null ? otherwise : cart;
  }
}
