package io.tidegate.server.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is stored of one order's goods beside the order itself. */
final class Goods {

  /** Refunds that keep pieces in the house. */
  static final String HELD =
      """
      select order_number, refund, line, sku, quantity from fulfilment.held_back
      where released_at is null and order_number >= :first and order_number < :next
      """;

  /** The ledger of returns. */
  static final String GIVEN_BACK =
      """
      select order_number, refund, sku, quantity, warehouse is not null from inventory.given_back
      where order_number >= :first and order_number < :next
      """;

  /** What orders say of it. */
  static final String RESTOCKED =
      """
      select order_number, refund, line, quantity from ordering.refunded_line
      where restocked and order_number >= :first and order_number < :next
      """;

  /** A parcel; its lines are null where they can't be read. */
  record Parcel(int seq, String state, @Nullable List<Stored.Packed> lines) {
    boolean isPicked() {
      return isGone() || state.equals("picked");
    }

    /** Packed for the carrier, or on its way. */
    boolean isGone() {
      return state.equals("packed") || state.equals("shipped") || state.equals("delivered");
    }

    boolean isCancelled() {
      return state.equals("cancelled");
    }
  }

  /** Pieces of a line that a refund holds back. */
  record Held(int refund, int line, String sku, long quantity) {
    static Held of(ResultSet row) throws SQLException {
      return new Held(row.getInt(2), row.getInt(3), row.getString(4), row.getLong(5));
    }
  }

  /** Pieces of a SKU that are available again; received where they had left. */
  record GivenBack(int refund, String sku, long quantity, boolean received) {
    static GivenBack of(ResultSet row) throws SQLException {
      return new GivenBack(row.getInt(2), row.getString(3), row.getLong(4), row.getBoolean(5));
    }
  }

  /** Pieces of a line that its order calls restocked. */
  record Restocked(int refund, int line, long quantity) {
    static Restocked of(ResultSet row) throws SQLException {
      return new Restocked(row.getInt(2), row.getInt(3), row.getLong(4));
    }
  }

  /** Whether its task says that a parcel has left; null: there is no task. */
  @Nullable Boolean left;

  final List<Parcel> parcels = new ArrayList<>(1);
  final List<Held> held = new ArrayList<>(0);
  final List<GivenBack> givenBack = new ArrayList<>(0);
  final List<Restocked> restocked = new ArrayList<>(0);

  boolean hasLeft() {
    return Boolean.TRUE.equals(left);
  }

  /** Whether there is anything beside a task. */
  boolean isEmpty() {
    return parcels.isEmpty() && held.isEmpty() && givenBack.isEmpty() && restocked.isEmpty();
  }
}
