package io.tidegate.shop.reporting;

import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.platform.messaging.ReceiptGaps;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Counts of events by type and day: what the log has against what the lake has (E7), of those
 * events that the lake has a receipt for. What is on its way yet is no difference.
 */
public final class LakeComparison {

  private static final int PAGE = 5_000;

  /** So many events on their way are passed over; what is behind them is not compared. */
  private static final int WAITING_MAX = 10_000;

  /** What commits while it is looked is a difference only for that look. */
  private static final int LOOKS_MAX = 3;

  /** Tables that have one row for each event of a topic, by the topic. */
  private static final Map<String, LakeTable> BY_TOPIC =
      Map.of(
          "order", LakeTable.ORDERS,
          "payment", LakeTable.PAYMENTS,
          "refund", LakeTable.REFUNDS,
          "shipment", LakeTable.SHIPMENTS,
          "sale", LakeTable.SALES);

  /** Where they differ. */
  public record Difference(String type, LocalDate day, long inLog, long inLake) {}

  private record Cell(String type, LocalDate day) implements Comparable<Cell> {
    @Override
    public int compareTo(Cell other) {
      int byDay = day.compareTo(other.day);
      return byDay != 0 ? byDay : type.compareTo(other.type);
    }
  }

  /** What is compared: positions from the first to the last, without those on their way. */
  private record Scope(long first, long last, Set<Long> waiting) {}

  private final EventLog events;
  private final ReceiptGaps gaps;
  private final LakeReader reader;
  private final ZoneId zone;

  public LakeComparison(LakeGround ground, LakeReader reader) {
    this.events = ground.events();
    this.gaps = new ReceiptGaps(ground.database(), LakeWriter.NAME, LakeWriter.TYPES);
    this.reader = reader;
    this.zone = ground.lake().settings().zone();
  }

  /** All differences. The log's kept part is compared; what it dropped is passed over. */
  public List<Difference> differences() throws SQLException {
    List<Difference> differences = look();
    for (int looks = 1; looks < LOOKS_MAX && !differences.isEmpty(); looks++) {
      List<Difference> before = differences;
      differences =
          look().stream()
              .filter(now -> before.stream().anyMatch(then -> isSame(then, now)))
              .toList();
    }
    return differences;
  }

  private static boolean isSame(Difference then, Difference now) {
    return then.type().equals(now.type())
        && then.day().equals(now.day())
        && then.inLog() - then.inLake() == now.inLog() - now.inLake();
  }

  private Scope scope() {
    long first = events.oldest().map(LoggedEvent::position).orElse(0L);
    long last = events.newest().map(LoggedEvent::position).orElse(0L);
    List<Long> waiting = gaps.between(first, last, WAITING_MAX);
    return new Scope(
        first, waiting.size() < WAITING_MAX ? last : waiting.getLast(), Set.copyOf(waiting));
  }

  private List<Difference> look() throws SQLException {
    Scope scope = scope();
    Map<Cell, Long> log = inLog(scope);
    Map<Cell, Long> lake = inLake(scope);
    Set<Cell> cells = new TreeSet<>(log.keySet());
    cells.addAll(lake.keySet());
    List<Difference> differences = new ArrayList<>();
    for (Cell cell : cells) {
      long told = log.getOrDefault(cell, 0L);
      long written = lake.getOrDefault(cell, 0L);
      if (told != written) {
        differences.add(new Difference(cell.type(), cell.day(), told, written));
      }
    }
    return differences;
  }

  private Map<Cell, Long> inLog(Scope scope) {
    Set<String> types =
        LakeWriter.TYPES.stream()
            .filter(type -> BY_TOPIC.containsKey(type.substring(0, type.indexOf('.'))))
            .collect(Collectors.toSet());
    Map<Cell, Long> counts = new TreeMap<>();
    long after = scope.first() - 1;
    List<LoggedEvent> page;
    do {
      page = events.between(after, scope.last() + 1, types, PAGE);
      for (LoggedEvent event : page) {
        if (!scope.waiting().contains(event.position())) {
          counts.merge(
              new Cell(event.type(), LocalDate.ofInstant(event.time(), zone)), 1L, Long::sum);
        }
        after = event.position();
      }
    } while (page.size() == PAGE);
    return counts;
  }

  private Map<Cell, Long> inLake(Scope scope) throws SQLException {
    String onTheirWay =
        scope.waiting().isEmpty()
            ? ""
            : " and position not in "
                + scope.waiting().stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining(", ", "(", ")"));
    return reader.read(connection -> {
      Map<Cell, Long> counts = new TreeMap<>();
      for (Map.Entry<String, LakeTable> topic : BY_TOPIC.entrySet()) {
        // A payment's table also has the payments of orders, which the orders' table counts.
        String own = topic.getValue() == LakeTable.PAYMENTS ? " and type <> 'paid'" : "";
        String sql =
            "select type, day::varchar, count(*) from "
                + topic.getValue().sql()
                + " where position between "
                + scope.first()
                + " and "
                + scope.last()
                + onTheirWay
                + own
                + " group by type, day";
        try (Statement statement = connection.createStatement();
            ResultSet result = statement.executeQuery(sql)) {
          while (result.next()) {
            // A row too many is a difference as one too few is.
            counts.put(
                new Cell(
                    topic.getKey() + "." + result.getString(1) + ".v1",
                    LocalDate.parse(result.getString(2))),
                result.getLong(3));
          }
        }
      }
      return counts;
    });
  }
}
