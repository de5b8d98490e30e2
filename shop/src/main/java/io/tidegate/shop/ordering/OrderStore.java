package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Question;
import io.tidegate.platform.db.Questions;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.SharedReads;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.kernel.OrderMonths;
import io.tidegate.shop.kernel.OrderNumber;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Orders in the database. */
final class OrderStore implements OrderRowsJson.Source {

  static final String COLUMNS =
      "o.number, o.user_id, o.state, o.version, o.region, o.currency, o.items_total,"
          + " o.discount_total, o.freight, o.refunded_total, o.pay_before, o.paid_at, o.closed_at,"
          + " o.close_reason, o.items, o.discounts, o.courier";
  static final Sql INSERT =
      Sql.of(
          """
          insert into ordering.orders (number, user_id, state, previous, version, region, currency,
            items_total, discount_total, freight, total, pay_before, items, history)
          select n, u, 1, 0, 1, r, c, i, d, f, i - d + f, db.at(p), t, h
          from unnest(?::bigint[], ?::bigint[], ?::int[], ?::text[], ?::bigint[], ?::bigint[],
                      ?::bigint[], ?::bigint[], ?::text[], ?::text[])
               as x(n, u, r, c, i, d, f, p, t, h)
          """);
  // For batches in which an order has discounts or a courier, or is paid as it is placed.
  static final Sql INSERT_ALL =
      Sql.of(
          """
          insert into ordering.orders (number, user_id, state, previous, version, region, currency,
            items_total, discount_total, freight, total, pay_before, items, history, paid_at,
            discounts, courier)
          select n, u, case when at = 0 then 1 else 2 end, case when at = 0 then 0 else 1 end,
            case when at = 0 then 1 else 2 end, r, c, i, d, f, i - d + f, db.at(p), t, h,
            db.at(nullif(at, 0)), o, w
          from unnest(?::bigint[], ?::bigint[], ?::int[], ?::text[], ?::bigint[], ?::bigint[],
                      ?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::text[],
                      ?::text[])
               as x(n, u, r, c, i, d, f, p, t, h, at, o, w)
          """);
  // Joined with its keys, and not "= any": so a look-up touches one partition.
  static final Sql LOCK =
      Sql.of(
          "select "
              + COLUMNS
              + " from unnest(?::bigint[]) as k(number)"
              + " join ordering.orders o on o.number = k.number"
              + " order by o.number for update of o");
  static final Sql READ =
      Sql.of(
          "select "
              + COLUMNS
              + " from unnest(?::bigint[]) as k(number)"
              + " join ordering.orders o on o.number = k.number");
  static final Sql HISTORY =
      Sql.of("select o.user_id, o.history from ordering.orders o where o.number = ?");
  static final Sql UPDATE =
      Sql.of(
          """
          update ordering.orders o
          set state = d.state, previous = d.previous, version = d.version,
              paid_at = db.at(nullif(d.paid_at, 0)), closed_at = db.at(nullif(d.closed_at, 0)),
              close_reason = nullif(d.close_reason, ''), history = o.history || ',' || d.steps
          from unnest(?::bigint[], ?::int[], ?::int[], ?::int[], ?::int[], ?::bigint[],
                      ?::bigint[], ?::text[], ?::text[])
               as d(number, expected, version, state, previous, paid_at, closed_at, close_reason,
                    steps)
          where o.number = d.number and o.version = d.expected
          returning 1
          """);
  static final Sql MINE =
      Sql.of(
          "select "
              + COLUMNS
              + ", k.i from unnest(?::int[], ?::bigint[], ?::bigint[], ?::int[])"
              + " as k(i, user_id, below, most)"
              + " cross join lateral (select * from ordering.orders m"
              + " where m.user_id = k.user_id and m.number < k.below"
              + " order by m.number desc limit k.most) o");
  static final Sql MY_VERSIONS =
      Sql.of(
          """
          select k.i, o.number, o.version
          from unnest(?::int[], ?::bigint[], ?::bigint[], ?::int[]) as k(i, user_id, below, most)
          cross join lateral (select m.number, m.version from ordering.orders m
            where m.user_id = k.user_id and m.number < k.below
            order by m.number desc limit k.most) o
          """);
  static final Sql LATEST =
      Sql.of(
          "select "
              + COLUMNS
              + " from ordering.orders o where o.number < ? order by o.number desc limit ?");

  /** A page of a customer's orders below a number. */
  private record MyPage(long userId, long below, int most) {}

  private static final int MINE_INDEX = 18;

  private final Database database;
  private final SharedReads<OrderNumber, Order> one = new SharedReads<>(this::byNumber);
  private final SharedReads<MyPage, List<Order>> pages = new SharedReads<>(this::byPage);
  private final SharedReads<MyPage, List<Version>> versions =
      new SharedReads<>(this::versionsByPage);

  // A page is one caller, however many of its orders it lacks, and in nobody's way who wants one.
  private final SharedReads<List<OrderNumber>, List<Order>> some =
      new SharedReads<>(this::byNumbers);

  OrderStore(Database database) {
    this.database = database;
  }

  /** Makes the partitions of this month and the next ones. */
  void preparePartitions(Instant now) {
    OrderMonths.prepare(
        database,
        "ordering.orders",
        "fillfactor=75, autovacuum_vacuum_scale_factor=0.1,"
            + " autovacuum_vacuum_insert_scale_factor=0.3",
        now);
  }

  /** Writes placed orders with the first step of their history, sorted by number. */
  static void insert(Tx tx, List<Order> orders, List<String> histories) {
    int count = orders.size();
    long[] numbers = new long[count];
    long[] users = new long[count];
    int[] regions = new int[count];
    String[] currencies = new String[count];
    long[] itemsTotals = new long[count];
    long[] discounts = new long[count];
    long[] freights = new long[count];
    long[] payBefore = new long[count];
    String[] items = new String[count];
    for (int i = 0; i < count; i++) {
      Order order = orders.get(i);
      numbers[i] = order.number().value();
      users[i] = order.userId();
      regions[i] = Integer.parseInt(order.region());
      currencies[i] = order.amounts().currency();
      itemsTotals[i] = order.amounts().itemsTotal();
      discounts[i] = order.amounts().discountTotal();
      freights[i] = order.amounts().freight();
      payBefore[i] = micros(order.payBefore());
      items[i] = OrderText.items(order.items());
    }
    Object[] columns = {
      numbers,
      users,
      regions,
      currencies,
      itemsTotals,
      discounts,
      freights,
      payBefore,
      items,
      histories.toArray(String[]::new)
    };
    if (orders.stream().allMatch(OrderStore::isPlain)) {
      tx.write(INSERT, columns);
    } else {
      tx.write(INSERT_ALL, withRest(columns, orders));
    }
  }

  private static boolean isPlain(Order order) {
    return order.paidAt() == null && order.discounts().isEmpty() && order.courier() == null;
  }

  private static @Nullable Object[] withRest(Object[] columns, List<Order> orders) {
    int count = orders.size();
    long[] paidAt = new long[count];
    @Nullable String[] discounts = new String[count];
    @Nullable String[] couriers = new String[count];
    for (int i = 0; i < count; i++) {
      Order order = orders.get(i);
      paidAt[i] = micros(order.paidAt());
      discounts[i] = OrderText.discounts(order.discounts());
      couriers[i] = order.courier();
    }
    @Nullable Object[] all = Arrays.copyOf(columns, columns.length + 3);
    all[columns.length] = paidAt;
    all[columns.length + 1] = discounts;
    all[columns.length + 2] = couriers;
    return all;
  }

  /** Locks orders, by number. */
  static Questions.Answer<List<Order>> lock(Questions questions, long[] sortedNumbers) {
    return questions.lock(
        LockRank.ORDER,
        Question.of(LOCK, OrderStore::read, List::<Order>copyOf, (Object) sortedNumbers));
  }

  static List<Order> read(Tx tx, long[] numbers) {
    return tx.query(READ, OrderStore::read, (Object) numbers);
  }

  /** Writes changed orders, expecting the versions that were loaded. */
  static void update(Tx tx, List<OrderFile> changed) {
    if (changed.isEmpty()) {
      return;
    }
    List<OrderFile> sorted =
        changed.stream().sorted(Comparator.comparing(file -> file.order().number())).toList();
    tx.writeExpecting(
        sorted.size(),
        UPDATE,
        sorted.stream().mapToLong(file -> file.order().number().value()).toArray(),
        sorted.stream().mapToInt(file -> file.loaded.version()).toArray(),
        sorted.stream().mapToInt(file -> file.order().version()).toArray(),
        sorted.stream().mapToInt(file -> file.order().status().code()).toArray(),
        sorted.stream().mapToInt(OrderStore::previous).toArray(),
        sorted.stream().mapToLong(file -> micros(file.order().paidAt())).toArray(),
        sorted.stream().mapToLong(file -> micros(closedAt(file.order().state()))).toArray(),
        sorted.stream().map(file -> reason(file.order().state())).toArray(String[]::new),
        sorted.stream().map(file -> OrderText.steps(file.steps)).toArray(String[]::new));
  }

  Optional<Order> find(OrderNumber number) {
    return Optional.ofNullable(one.read(number));
  }

  @Override
  public List<Order> find(List<OrderNumber> numbers) {
    List<Order> found = some.read(List.copyOf(numbers));
    return found == null ? List.of() : found;
  }

  private Map<OrderNumber, Order> byNumber(List<OrderNumber> numbers) {
    long[] keys = numbers.stream().mapToLong(OrderNumber::value).sorted().toArray();
    return database.read(READ, OrderStore::read, (Object) keys).stream()
        .collect(Collectors.toMap(Order::number, Function.identity()));
  }

  private Map<List<OrderNumber>, List<Order>> byNumbers(List<List<OrderNumber>> asked) {
    Map<OrderNumber, Order> all =
        byNumber(asked.stream().flatMap(List::stream).distinct().toList());
    Map<List<OrderNumber>, List<Order>> found = new HashMap<>();
    for (List<OrderNumber> numbers : asked) {
      List<Order> there = new ArrayList<>(numbers.size());
      for (OrderNumber number : numbers) {
        Order order = all.get(number);
        if (order != null) {
          there.add(order);
        }
      }
      found.put(numbers, there);
    }
    return found;
  }

  /** Whose order it is, and its steps. */
  record Told(long userId, List<Step> steps) {}

  Optional<Told> history(OrderNumber number) {
    return database
        .read(
            HISTORY,
            row -> new Told(row.getLong(1), OrderText.history(row.getString(2))),
            number.value())
        .stream()
        .findFirst();
  }

  @Override
  public List<Order> mine(long userId, long below, int most) {
    List<Order> page = pages.read(new MyPage(userId, below, most));
    return page == null ? List.of() : page;
  }

  private Map<MyPage, List<Order>> byPage(List<MyPage> asked) {
    Map<MyPage, List<Order>> found = new HashMap<>();
    database.read(
        MINE,
        row ->
            found
                .computeIfAbsent(asked.get(row.getInt(MINE_INDEX)), _ -> new ArrayList<>())
                .add(read(row)),
        columns(asked));
    // A nested loop keeps each page's order; that it does is not promised.
    found.values().forEach(page -> page.sort(Comparator.comparing(Order::number).reversed()));
    return found;
  }

  /** Which orders a customer has, and in which version each of them is. */
  record Version(OrderNumber number, int version) {}

  @Override
  public List<Version> versions(long userId, long below, int most) {
    List<Version> page = versions.read(new MyPage(userId, below, most));
    return page == null ? List.of() : page;
  }

  private Map<MyPage, List<Version>> versionsByPage(List<MyPage> asked) {
    Map<MyPage, List<Version>> found = new HashMap<>();
    database.read(
        MY_VERSIONS,
        row ->
            found
                .computeIfAbsent(asked.get(row.getInt(1)), page -> new ArrayList<>(page.most()))
                .add(new Version(new OrderNumber(row.getLong(2)), row.getInt(3))),
        columns(asked));
    found.values().forEach(page -> page.sort(Comparator.comparing(Version::number).reversed()));
    return found;
  }

  private static Object[] columns(List<MyPage> asked) {
    return new Object[] {
      IntStream.range(0, asked.size()).toArray(),
      asked.stream().mapToLong(MyPage::userId).toArray(),
      asked.stream().mapToLong(MyPage::below).toArray(),
      asked.stream().mapToInt(MyPage::most).toArray()
    };
  }

  /** All orders below a number, newest first. */
  List<Order> latest(long below, int most) {
    return database.read(LATEST, OrderStore::read, below, most);
  }

  private static int previous(OrderFile file) {
    Status from = file.steps.getLast().from();
    return from == null ? 0 : from.code();
  }

  private static @Nullable Instant closedAt(OrderState state) {
    return switch (state) {
      case OrderState.Closed(Instant at, String _) -> at;
      case OrderState.Cancelled(Instant at, String _) -> at;
      case OrderState.AwaitingPayment _,
          OrderState.AwaitingShipment _,
          OrderState.PartiallyShipped _,
          OrderState.Shipped _,
          OrderState.Delivered _,
          OrderState.Completed _,
          OrderState.Refunded _ ->
          null;
    };
  }

  private static String reason(OrderState state) {
    return switch (state) {
      case OrderState.Closed(Instant _, String reason) -> reason;
      case OrderState.Cancelled(Instant _, String reason) -> reason;
      case OrderState.AwaitingPayment _,
          OrderState.AwaitingShipment _,
          OrderState.PartiallyShipped _,
          OrderState.Shipped _,
          OrderState.Delivered _,
          OrderState.Completed _,
          OrderState.Refunded _ ->
          "";
    };
  }

  private static long micros(@Nullable Instant time) {
    return time == null ? 0 : time.toEpochMilli() * 1_000;
  }

  static Order read(Row row) throws SQLException {
    Instant payBefore = row.getInstant(11);
    Instant paidAt = row.getInstantOrNull(12);
    Instant closedAt = row.getInstantOrNull(13);
    String reason = row.getStringOrNull(14);
    Instant paid = paidAt == null ? Instant.EPOCH : paidAt;
    Instant closed = closedAt == null ? Instant.EPOCH : closedAt;
    String why = reason == null ? "" : reason;
    OrderState state =
        switch (Status.of(row.getInt(3))) {
          case AWAITING_PAYMENT -> new OrderState.AwaitingPayment(payBefore);
          case AWAITING_SHIPMENT -> new OrderState.AwaitingShipment(paid);
          case PARTIALLY_SHIPPED -> new OrderState.PartiallyShipped(paid);
          case SHIPPED -> new OrderState.Shipped(paid);
          case DELIVERED -> new OrderState.Delivered(paid);
          case COMPLETED -> new OrderState.Completed(paid);
          case CLOSED -> new OrderState.Closed(closed, why);
          case CANCELLED -> new OrderState.Cancelled(closed, why);
          case REFUNDED -> new OrderState.Refunded(paid);
        };
    return new Order(
        new OrderNumber(row.getLong(1)),
        row.getLong(2),
        row.getInt(4),
        state,
        Integer.toString(row.getInt(5)),
        new Amounts(row.getString(6), row.getLong(7), row.getLong(8), row.getLong(9)),
        row.getLong(10),
        payBefore,
        paidAt,
        OrderText.items(row.getUtf8(15)),
        OrderText.discounts(row.getStringOrNull(16)),
        row.getStringOrNull(17));
  }
}
