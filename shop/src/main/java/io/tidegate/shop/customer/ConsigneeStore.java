package io.tidegate.shop.customer;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Question;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.SharedReads;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.OrderMonths;
import io.tidegate.shop.kernel.OrderNumber;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps the consignee of every order; written once, with the order, and erased on demand. */
public final class ConsigneeStore {

  private static final String TABLE = "customer.consignee";

  // Rows never change; they are written once and may be deleted.
  private static final String PARTITION_OPTIONS = "fillfactor=95";

  private static final String SELECT =
      "select order_number, name, phone, region, line, invoice from customer.consignee ";

  static final Sql INSERT =
      Sql.of(
          """
          insert into customer.consignee (order_number, name, phone, region, line, invoice)
          select * from unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
          """);
  // The bounds keep partitions out that the array alone would not.
  static final Sql MANY =
      Sql.of(SELECT + "where order_number = any(?) and order_number between ? and ?");

  static final Sql ERASE =
      Sql.of(
          """
          delete from customer.consignee c using unnest(?::bigint[]) as d(number)
          where c.order_number = d.number and c.order_number between ? and ?
          """);

  private final Database database;
  private final SharedReads<Long, Consignee> one = new SharedReads<>(this::byOrder);

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
        column(consignees, Address::line),
        invoices(consignees));
  }

  /** Erases the people of orders, and their invoices; an order without one stays without. */
  public void erase(Tx tx, Collection<Long> orderNumbers) {
    if (orderNumbers.isEmpty()) {
      return;
    }
    long[] numbers = orderNumbers.stream().mapToLong(Long::longValue).sorted().toArray();
    tx.write(ERASE, numbers, numbers[0], numbers[numbers.length - 1]);
  }

  public Optional<Consignee> find(long orderNumber) {
    return Optional.ofNullable(one.read(orderNumber));
  }

  /** Who gets orders; an order without anybody is left out. */
  public static Question<Map<Long, Consignee>> who(Collection<OrderNumber> orders) {
    return who(OrderNumber.values(orders));
  }

  /** Of no orders nobody is found. */
  private static Question<Map<Long, Consignee>> who(long[] sortedNumbers) {
    int count = sortedNumbers.length;
    return Question.of(
        MANY,
        ConsigneeStore::read,
        rows ->
            rows.stream().collect(Collectors.toMap(Consignee::orderNumber, Function.identity())),
        sortedNumbers,
        count == 0 ? 0L : sortedNumbers[0],
        count == 0 ? 0L : sortedNumbers[count - 1]);
  }

  private Map<Long, Consignee> byOrder(Collection<Long> orderNumbers) {
    return database.ask(who(orderNumbers.stream().mapToLong(Long::longValue).sorted().toArray()));
  }

  /** Those of many orders, in no order; who has none is left out. */
  public List<Consignee> find(Collection<Long> orderNumbers) {
    return orderNumbers.isEmpty() ? List.of() : List.copyOf(byOrder(orderNumbers).values());
  }

  private static String[] column(List<Consignee> consignees, Function<Address, String> field) {
    return consignees.stream().map(c -> field.apply(c.address())).toArray(String[]::new);
  }

  private static @Nullable String[] invoices(List<Consignee> consignees) {
    @Nullable String[] texts = new String[consignees.size()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = InvoiceText.of(consignees.get(i).invoice());
    }
    return texts;
  }

  private static Consignee read(Row row) throws SQLException {
    return new Consignee(
        row.getLong(1),
        new Address(row.getString(2), row.getString(3), row.getString(4), row.getString(5)),
        InvoiceText.read(row.getStringOrNull(6)));
  }
}
