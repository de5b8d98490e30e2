package io.tidegate.shop.customer;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.SharedReads;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.Outcome;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Keeps address books: each change loads the whole book, decides, and writes what differs. */
public final class AddressStore {

  private static final String COLUMNS = "id, version, is_default, name, phone, region, line";

  // Locks the book also where its row is new; "where false" locks without writing a new version.
  static final Sql LOCK =
      Sql.of(
          """
          insert into customer.book (user_id) values (?)
          on conflict (user_id) do update set user_id = excluded.user_id where false
          returning 1
          """);
  static final Sql BOOK =
      Sql.of("select " + COLUMNS + " from customer.address where user_id = ? order by id");
  static final Sql BOOKS =
      Sql.of("select " + COLUMNS + ", user_id from customer.address where user_id = any(?)");
  static final Sql NEXT_ID =
      Sql.of("select nextval(pg_get_serial_sequence('customer.address', 'id'))");
  static final Sql INSERT =
      Sql.of(
          """
          insert into customer.address
            (id, version, is_default, name, phone, region, line, user_id)
          overriding system value values (?, ?, ?, ?, ?, ?, ?, ?)
          """);
  static final Sql UPDATE =
      Sql.of(
          """
          update customer.address
          set version = ?, is_default = ?, name = ?, phone = ?, region = ?, line = ?
          where id = ? and version = ? returning 1
          """);
  static final Sql FORGET = Sql.of("delete from customer.address where user_id = ?");
  static final Sql DELETE =
      Sql.of("delete from customer.address where id = ? and version = ? returning 1");

  private final Database database;
  private final SharedReads<Long, AddressBook> books = new SharedReads<>(this::books);

  public AddressStore(Database database) {
    this.database = database;
  }

  public AddressBook list(long userId) {
    AddressBook book = books.read(userId);
    return book == null ? new AddressBook(List.of()) : book;
  }

  private Map<Long, AddressBook> books(List<Long> users) {
    Map<Long, List<SavedAddress>> found = new HashMap<>();
    database.read(
        BOOKS,
        row -> found.computeIfAbsent(row.getLong(8), _ -> new ArrayList<>()).add(read(row)),
        (Object) users.stream().mapToLong(Long::longValue).toArray());
    Map<Long, AddressBook> books = new HashMap<>();
    found.forEach((user, addresses) -> {
      addresses.sort(Comparator.comparingLong(SavedAddress::id));
      books.put(user, new AddressBook(addresses));
    });
    return books;
  }

  /** An address of this customer; another's is not found. */
  public Optional<SavedAddress> find(long userId, long id) {
    return list(userId).find(id);
  }

  public Outcome<SavedAddress, AddressRefusal> add(
      long userId, Address address, boolean makeDefault) {
    return database.write(
        "add-address",
        tx -> {
          AddressBook before = lock(tx, userId);
          long id = tx.query(NEXT_ID, row -> row.getLong(1)).getFirst();
          return save(tx, userId, before, before.add(id, address, makeDefault), one(id));
        });
  }

  public Outcome<SavedAddress, AddressRefusal> update(
      long userId,
      long id,
      @Nullable Long expectedVersion,
      Address address,
      @Nullable Boolean isDefault) {
    return change(
        "update-address",
        userId,
        book -> book.update(id, expectedVersion, address, isDefault),
        one(id));
  }

  /** Takes an address out and answers the book without it. */
  public Outcome<AddressBook, AddressRefusal> remove(
      long userId, long id, @Nullable Long expectedVersion) {
    return change(
        "remove-address", userId, book -> book.remove(id, expectedVersion), Function.identity());
  }

  /**
   * Empties a customer's book in the caller's transaction.
   *
   * @return how many addresses it had
   */
  public int forget(Tx tx, long userId) {
    int count = lock(tx, userId).addresses().size();
    if (count > 0) {
      tx.write(FORGET, userId);
    }
    return count;
  }

  private <R> Outcome<R, AddressRefusal> change(
      String name,
      long userId,
      Function<AddressBook, Outcome<AddressBook, AddressRefusal>> decision,
      Function<AddressBook, R> answer) {
    return database.write(
        name,
        tx -> {
          AddressBook before = lock(tx, userId);
          return save(tx, userId, before, decision.apply(before), answer);
        });
  }

  private static Function<AddressBook, SavedAddress> one(long id) {
    return book -> book.find(id).orElseThrow();
  }

  private static AddressBook lock(Tx tx, long userId) {
    tx.query(LOCK, row -> row.getInt(1), userId);
    return new AddressBook(tx.query(BOOK, AddressStore::read, userId));
  }

  private static <R> Outcome<R, AddressRefusal> save(
      Tx tx,
      long userId,
      AddressBook before,
      Outcome<AddressBook, AddressRefusal> outcome,
      Function<AddressBook, R> answer) {
    return switch (outcome) {
      case Outcome.Applied(var after) -> {
        write(tx, userId, before, after);
        yield Outcome.applied(answer.apply(after));
      }
      case Outcome.AlreadyApplied(var after) -> Outcome.alreadyApplied(answer.apply(after));
      case Outcome.Refused(var why) -> Outcome.refused(why);
    };
  }

  /** Writes what differs; who ceases to be the default comes before who becomes it. */
  private static void write(Tx tx, long userId, AddressBook before, AddressBook after) {
    for (SavedAddress old : before.addresses()) {
      if (after.find(old.id()).isEmpty()) {
        tx.writeExpecting(1, DELETE, old.id(), old.version());
      }
    }
    update(tx, before, after, changed -> !changed.isDefault());
    update(tx, before, after, SavedAddress::isDefault);
    for (SavedAddress saved : after.addresses()) {
      if (before.find(saved.id()).isEmpty()) {
        Address a = saved.address();
        tx.write(
            INSERT,
            saved.id(),
            saved.version(),
            saved.isDefault(),
            a.name(),
            a.phone(),
            a.region(),
            a.line(),
            userId);
      }
    }
  }

  private static void update(
      Tx tx, AddressBook before, AddressBook after, Predicate<SavedAddress> which) {
    for (SavedAddress saved : after.addresses()) {
      SavedAddress old = before.find(saved.id()).orElse(null);
      if (old == null || old.equals(saved) || !which.test(saved)) {
        continue;
      }
      Address a = saved.address();
      tx.writeExpecting(
          1,
          UPDATE,
          saved.version(),
          saved.isDefault(),
          a.name(),
          a.phone(),
          a.region(),
          a.line(),
          saved.id(),
          old.version());
    }
  }

  private static SavedAddress read(Row row) throws SQLException {
    return new SavedAddress(
        row.getLong(1),
        row.getLong(2),
        row.getBoolean(3),
        new Address(row.getString(4), row.getString(5), row.getString(6), row.getString(7)));
  }
}
