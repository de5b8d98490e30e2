package io.tidegate.shop.flashsale;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.kernel.OrderNumber;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a customer has entered draws for: shown to the customer, and withdrawn where its draw is not
 * drawn yet.
 */
public final class CustomerEntryStore {

  /** Entries that are shown, the newest; more than people make. */
  public static final int SHOWN_MAX = 1_000;

  /** More draws than may be undecided. */
  private static final int DRAWS_MAX = 2 * SaleDesk.KEPT_MAX;

  private static final Sql OF =
      Sql.of(
          """
          select number, sale, sku, quantity, state from flashsale.entry
          where user_id = ? order by number desc limit ?
          """);
  private static final Sql DRAWS =
      Sql.of(
          """
          select distinct sale from flashsale.entry
          where user_id = ? and state = 'entered' order by sale limit ?
          """);
  private static final Sql WAITING =
      Sql.of(
          """
          select number from flashsale.entry
          where number = any(?::bigint[]) and state = 'entered'
          """);
  private static final Sql LOCK =
      Sql.of(
          """
          select number from flashsale.entry
          where sale = ? and user_id = ? and state = 'entered' order by number for update
          """);

  private final Database database;

  public CustomerEntryStore(Database database) {
    this.database = database;
  }

  /**
   * An entry as its customer sees it.
   *
   * @param number under which it has a consignee while it waits; the order's where it won
   * @param state {@code entered}, {@code won} or {@code lost}
   */
  public record Shown(OrderNumber number, long sale, String sku, int quantity, String state) {

    public boolean waits() {
      return state.equals(word(DrawEntry.State.ENTERED));
    }

    public boolean won() {
      return state.equals(word(DrawEntry.State.WON));
    }
  }

  /**
   * A customer's entries of one draw of which it was not known what becomes of them.
   *
   * @param drawn whether they are kept, as who wins is fixed: each has its end within moments
   */
  public record Left(boolean drawn, List<Long> numbers) {
    public Left {
      numbers = List.copyOf(numbers);
    }
  }

  /** A customer's entries, newest first. */
  public List<Shown> of(long userId) {
    return database.read(
        OF,
        row ->
            new Shown(
                new OrderNumber(row.getLong(1)),
                row.getLong(2),
                row.getString(3),
                row.getInt(4),
                row.getString(5)),
        userId,
        SHOWN_MAX);
  }

  /** Sales whose draw a customer has entered and waits for, in order. */
  public List<Long> draws(long userId) {
    return database.read(DRAWS, row -> row.getLong(1), userId, DRAWS_MAX);
  }

  /** Which of these numbers are entries that are neither won nor lost. */
  public Set<Long> waiting(Collection<Long> numbers) {
    return numbers.isEmpty()
        ? Set.of()
        : Set.copyOf(database.read(WAITING, row -> row.getLong(1), (Object) sorted(numbers)));
  }

  /**
   * Takes a customer's entries out of a draw, as if they had never been made; once it is drawn they
   * stay, since its transcript has them. Their consignees are the caller's to erase.
   */
  public static Left withdraw(Tx tx, long sale, long userId) {
    long held = SaleStore.lock(tx, sale).orElseThrow().id(); // nobody draws it meanwhile
    DrawStore.Draw draw = DrawStore.read(tx, List.of(held)).get(held);
    List<Long> numbers = tx.lock(LockRank.SALE, LOCK, row -> row.getLong(1), sale, userId);
    boolean drawn = draw != null && draw.drawnAt() != null;
    if (!drawn && !numbers.isEmpty()) {
      DrawStore.withdraw(tx, sale, numbers);
    }
    return new Left(drawn, numbers);
  }

  private static String word(DrawEntry.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static long[] sorted(Collection<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).sorted().toArray();
  }
}
