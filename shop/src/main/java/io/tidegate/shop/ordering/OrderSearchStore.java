package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Looks orders up for staff, newest first, by customer and state.
 *
 * <p>No index names the state, because it changes: a search by state looks through a bounded number
 * of orders and tells where it stopped.
 */
public final class OrderSearchStore {

  /** Orders that one search by state looks through. */
  static final int LOOKED_THROUGH_MAX = 20_000;

  private static final String OF_ALL =
      " from ordering.orders o where o.number < ? order by o.number desc";
  private static final String OF_ONE =
      " from ordering.orders o where o.user_id = ? and o.number < ? order by o.number desc";
  private static final String BY_STATE =
      " limit " + LOOKED_THROUGH_MAX + ") as o where o.state = ? order by o.number desc limit ?";
  private static final String STOP = " offset " + (LOOKED_THROUGH_MAX - 1) + " limit 1";

  private static final Sql ALL = Sql.of("select " + OrderStore.COLUMNS + OF_ALL + " limit ?");
  private static final Sql ONE = Sql.of("select " + OrderStore.COLUMNS + OF_ONE + " limit ?");
  private static final Sql ALL_BY_STATE =
      Sql.of("select o.* from (select " + OrderStore.COLUMNS + OF_ALL + BY_STATE);
  private static final Sql ONE_BY_STATE =
      Sql.of("select o.* from (select " + OrderStore.COLUMNS + OF_ONE + BY_STATE);
  private static final Sql ALL_STOP = Sql.of("select o.number" + OF_ALL + STOP);
  private static final Sql ONE_STOP = Sql.of("select o.number" + OF_ONE + STOP);

  private final Database database;

  OrderSearchStore(Database database) {
    this.database = database;
  }

  /**
   * A page of a search.
   *
   * @param below where the search goes on; empty at the end
   */
  public record Found(List<Order> orders, OptionalLong below) {}

  /**
   * Orders below a number.
   *
   * @param user whose; null: everybody's
   * @param status in which state; null: in any
   * @param most orders of a page; fewer with a place to go on mean that the search stopped early
   */
  public Found find(@Nullable Long user, @Nullable Status status, long below, int most) {
    List<Order> orders = read(user, status, below, most + 1);
    if (orders.size() > most) {
      List<Order> page = orders.subList(0, most);
      return new Found(page, OptionalLong.of(page.getLast().number().value()));
    }
    return new Found(orders, status == null ? OptionalLong.empty() : stop(user, below));
  }

  private List<Order> read(@Nullable Long user, @Nullable Status status, long below, int most) {
    if (status == null) {
      return user == null
          ? database.read(ALL, OrderStore::read, below, most)
          : database.read(ONE, OrderStore::read, user, below, most);
    }
    int code = status.code();
    return user == null
        ? database.read(ALL_BY_STATE, OrderStore::read, below, code, most)
        : database.read(ONE_BY_STATE, OrderStore::read, user, below, code, most);
  }

  private OptionalLong stop(@Nullable Long user, long below) {
    List<Long> last =
        user == null
            ? database.read(ALL_STOP, row -> row.getLong(1), below)
            : database.read(ONE_STOP, row -> row.getLong(1), user, below);
    return last.isEmpty() ? OptionalLong.empty() : OptionalLong.of(last.getFirst());
  }
}
