package io.tidegate.shop.customer;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.OrderMonths;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Keeps the consignee of every order; written once, with the order. */
public final class ConsigneeStore {

  private static final String TABLE = "customer.consignee";

  // Rows never grow, but a person's can be blanked out in place.
  private static final String PARTITION_OPTIONS = "fillfactor=95";

  private static final String SELECT =
      "select order_number, name, phone, region, line from customer.consignee ";

  static final Sql INSERT =
      Sql.of(
          """
          insert into customer.consignee (order_number, name, phone, region, line)
          select * from unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[])
          """);
  static final Sql ONE = Sql.of(SELECT + "where order_number = ?");

  // The bounds keep partitions out that the array alone would not.
  static final Sql MANY =
      Sql.of(SELECT + "where order_number = any(?) and order_number between ? and ?");

  private final Database database;

  public ConsigneeStore(Database database) {
    this.database = database;
  }

  /** Makes the partitions of this month and the next ones; at start and daily. */
  public static void prepare(Database database, Instant now) {
    OrderMonths.prepare(database, TABLE, PARTITION_OPTIONS, now);
  }

  /** Writes the consignees of new orders with one statement. */
  public void write(Tx tx, List<Consignee> consignees) {
    if (consignees.isEmpty()) {
      return;
    }
    tx.write(
        INSERT,
        consignees.stream().mapToLong(Consignee::orderNumber).toArray(),
        column(consignees, Address::name),
        column(consignees, Address::phone),
        column(consignees, Address::region),
        column(consignees, Address::line));
  }

  public Optional<Consignee> find(long orderNumber) {
    return database.read(ONE, ConsigneeStore::read, orderNumber).stream().findFirst();
  }

  /** Those of many orders, in no order; who has none is left out. */
  public List<Consignee> find(Collection<Long> orderNumbers) {
    if (orderNumbers.isEmpty()) {
      return List.of();
    }
    long[] numbers = orderNumbers.stream().mapToLong(Long::longValue).sorted().toArray();
    return database.read(
        MANY, ConsigneeStore::read, numbers, numbers[0], numbers[numbers.length - 1]);
  }

  private static String[] column(List<Consignee> consignees, Function<Address, String> field) {
    return consignees.stream().map(c -> field.apply(c.address())).toArray(String[]::new);
  }

  private static Consignee read(Row row) throws SQLException {
    return new Consignee(
        row.getLong(1),
        new Address(row.getString(2), row.getString(3), row.getString(4), row.getString(5)));
  }
}
