package io.tidegate.shop.customer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.kernel.Outcome.AlreadyApplied;
import io.tidegate.shop.kernel.Outcome.Applied;
import io.tidegate.shop.kernel.Outcome.Refused;
import io.tidegate.shop.testing.ShopDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The address book: exactly one default, at most fifty, no lost update. */
class AddressStoreTest {

  private static ShopDatabase shop;
  private static AddressStore store;

  @BeforeAll
  static void open() {
    shop = new ShopDatabase();
    store = new AddressStore(shop.database());
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @Test
  void theFirstAddressIsTheDefaultAndAnotherCanBecomeIt() {
    SavedAddress first = added(1, "first", false);
    SavedAddress second = added(1, "second", false);
    SavedAddress third = added(1, "third", true);
    assertThat(List.of(first.isDefault(), second.isDefault(), third.isDefault()))
        .containsExactly(true, false, true);
    assertThat(names(1)).containsExactly("first", "second", "third*");
    assertThat(store.update(1, second.id(), second.version(), address("second"), true))
        .isInstanceOf(Applied.class);
    assertThat(names(1)).containsExactly("first", "second*", "third");
  }

  @Test
  void theDefaultGoesToTheNewestOtherWhenItsAddressGoes() {
    added(2, "first", false);
    SavedAddress second = added(2, "second", true);
    added(2, "third", false);
    assertThat(store.remove(2, second.id(), null)).isInstanceOf(Applied.class);
    assertThat(names(2)).containsExactly("first", "third*");
    SavedAddress third = store.list(2).addresses().getLast();
    store.update(2, third.id(), null, address("third"), false);
    assertThat(names(2)).containsExactly("first*", "third");
    store.list(2).addresses().forEach(saved -> store.remove(2, saved.id(), null));
    assertThat(names(2)).isEmpty();
  }

  @Test
  void theOnlyAddressStaysTheDefault() {
    SavedAddress only = added(3, "only", false);
    assertThat(store.update(3, only.id(), 1L, address("only"), false))
        .isEqualTo(Outcome.alreadyApplied(only));
    assertThat(names(3)).containsExactly("only*");
  }

  @Test
  void whoHasReadAnOldVersionIsRefused() {
    SavedAddress saved = added(4, "old", false);
    Outcome<SavedAddress, AddressRefusal> changed =
        store.update(4, saved.id(), 1L, address("new"), null);
    assertThat(changed)
        .isEqualTo(Outcome.applied(new SavedAddress(saved.id(), 2, true, address("new"))));
    assertThat(store.update(4, saved.id(), 1L, address("lost"), null))
        .isEqualTo(Outcome.refused(AddressRefusal.STALE));
    assertThat(store.remove(4, saved.id(), 1L)).isEqualTo(Outcome.refused(AddressRefusal.STALE));
    assertThat(store.update(4, saved.id(), 2L, address("new"), null))
        .isInstanceOf(AlreadyApplied.class);
    assertThat(names(4)).containsExactly("new*");
  }

  @Test
  void anothersAddressIsNotFound() {
    SavedAddress mine = added(5, "mine", false);
    added(6, "theirs", false);
    assertThat(store.find(6, mine.id())).isEmpty();
    assertThat(store.find(5, mine.id())).contains(mine);
    assertThat(store.update(6, mine.id(), null, address("stolen"), true))
        .isEqualTo(Outcome.refused(AddressRefusal.NOT_FOUND));
    assertThat(store.remove(6, mine.id(), null))
        .isEqualTo(Outcome.refused(AddressRefusal.NOT_FOUND));
    assertThat(names(5)).containsExactly("mine*");
  }

  @Test
  void twentyAtOnceNeverPassTheLimitNorMakeTwoDefaults() throws Exception {
    for (int i = 0; i < AddressBook.ADDRESSES_MAX - 10; i++) {
      added(7, "a" + i, false);
    }
    List<Future<Outcome<SavedAddress, AddressRefusal>>> answers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        answers.add(threads.submit(() -> store.add(7, address("more"), true)));
      }
    }
    int refused = 0;
    for (Future<Outcome<SavedAddress, AddressRefusal>> answer : answers) {
      if (answer.get() instanceof Refused(AddressRefusal why)) {
        assertThat(why).isEqualTo(AddressRefusal.FULL);
        refused++;
      }
    }
    assertThat(refused).isEqualTo(10);
    assertThat(store.list(7).addresses())
        .hasSize(AddressBook.ADDRESSES_MAX)
        .filteredOn(SavedAddress::isDefault)
        .hasSize(1);
  }

  @Test
  void twentyFirstAddressesAtOnceMakeOneDefault() throws Exception {
    List<Future<Outcome<SavedAddress, AddressRefusal>>> answers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        answers.add(threads.submit(() -> store.add(8, address("first"), false)));
      }
    }
    for (Future<Outcome<SavedAddress, AddressRefusal>> answer : answers) {
      assertThat(answer.get()).isInstanceOf(Applied.class);
    }
    assertThat(store.list(8).addresses())
        .hasSize(20)
        .filteredOn(SavedAddress::isDefault)
        .hasSize(1);
  }

  private static SavedAddress added(long userId, String name, boolean makeDefault) {
    return switch (store.add(userId, address(name), makeDefault)) {
      case Applied(var saved) -> saved;
      case AlreadyApplied(var saved) -> saved;
      case Refused(var why) -> throw new AssertionError(why);
    };
  }

  private static Address address(String name) {
    return new Address(name, "13800138000", "330106", "文三路 1 号");
  }

  /** The book's names in order; the default with a star. */
  private static List<String> names(long userId) {
    return store.list(userId).addresses().stream()
        .map(saved -> saved.address().name() + (saved.isDefault() ? "*" : ""))
        .toList();
  }
}
