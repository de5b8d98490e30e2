package io.tidegate.shop.customer;

import io.tidegate.shop.kernel.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All addresses of one customer: at most {@link #ADDRESSES_MAX}, and exactly one is the default
 * where there are any.
 *
 * <p>When the default leaves its place, the newest of the others takes it.
 *
 * @param addresses by id
 */
public record AddressBook(List<SavedAddress> addresses) {

  /** More than people have, few enough to be shown and locked at once. */
  public static final int ADDRESSES_MAX = 50;

  public AddressBook {
    addresses = List.copyOf(addresses);
  }

  public Optional<SavedAddress> find(long id) {
    return addresses.stream().filter(saved -> saved.id() == id).findFirst();
  }

  /**
   * Adds an address. The first of a book is its default.
   *
   * @param id one that no address has had
   */
  Outcome<AddressBook, AddressRefusal> add(long id, Address address, boolean makeDefault) {
    if (addresses.size() >= ADDRESSES_MAX) {
      return Outcome.refused(AddressRefusal.FULL);
    }
    boolean isDefault = makeDefault || addresses.isEmpty();
    List<SavedAddress> after = new ArrayList<>(addresses);
    after.add(new SavedAddress(id, 1, isDefault, address));
    return Outcome.applied(withDefault(after, isDefault ? id : defaultId()));
  }

  /**
   * Replaces an address.
   *
   * @param expectedVersion what the caller has read; null where any will do
   * @param isDefault null leaves it as it is
   */
  Outcome<AddressBook, AddressRefusal> update(
      long id, @Nullable Long expectedVersion, Address address, @Nullable Boolean isDefault) {
    SavedAddress before = find(id).orElse(null);
    if (before == null) {
      return Outcome.refused(AddressRefusal.NOT_FOUND);
    }
    if (isStale(before, expectedVersion)) {
      return Outcome.refused(AddressRefusal.STALE);
    }
    long chosen =
        isDefault == null
            ? defaultId()
            : isDefault ? id : before.isDefault() ? newestBut(id) : defaultId();
    if (before.address().equals(address) && chosen == defaultId()) {
      return Outcome.alreadyApplied(this);
    }
    List<SavedAddress> after = new ArrayList<>(addresses);
    after.replaceAll(saved -> saved.id() == id ? replaced(before, address, chosen == id) : saved);
    return Outcome.applied(withDefault(after, chosen));
  }

  /** Takes an address out. */
  Outcome<AddressBook, AddressRefusal> remove(long id, @Nullable Long expectedVersion) {
    SavedAddress before = find(id).orElse(null);
    if (before == null) {
      return Outcome.refused(AddressRefusal.NOT_FOUND);
    }
    if (isStale(before, expectedVersion)) {
      return Outcome.refused(AddressRefusal.STALE);
    }
    List<SavedAddress> after = new ArrayList<>(addresses);
    after.remove(before);
    return Outcome.applied(withDefault(after, before.isDefault() ? newestBut(id) : defaultId()));
  }

  private static boolean isStale(SavedAddress before, @Nullable Long expectedVersion) {
    return expectedVersion != null && expectedVersion != before.version();
  }

  /** One change, one version, whatever of it changed. */
  private static SavedAddress replaced(SavedAddress before, Address address, boolean isDefault) {
    return new SavedAddress(before.id(), before.version() + 1, isDefault, address);
  }

  private long defaultId() {
    return addresses.stream()
        .filter(SavedAddress::isDefault)
        .mapToLong(SavedAddress::id)
        .findFirst()
        .orElse(0);
  }

  /** The newest other address; where there is none, the address itself. */
  private long newestBut(long id) {
    return addresses.stream()
        .map(SavedAddress::id)
        .filter(other -> other != id)
        .max(Comparator.naturalOrder())
        .orElse(id);
  }

  private static AddressBook withDefault(List<SavedAddress> addresses, long id) {
    return new AddressBook(
        addresses.stream().map(saved -> saved.withDefault(saved.id() == id)).toList());
  }
}
