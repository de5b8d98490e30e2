package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.FeedPage.Gone;
import io.tidegate.platform.messaging.FeedPage.Read;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads the feed out of the log, horizon by horizon. On sessions that can't write. */
final class FeedReader {

  /** Horizons looked at together: of a quiet shop each has an event or two. */
  private static final int HORIZONS_MAX = 256;

  private static final String COLUMNS = "xid::text, " + EventLog.COLUMNS;

  /** Two arms, since an OR could not use the index on xid. */
  private static final Sql BY_XID =
      Sql.of(
          """
          select * from (
            select %1$s from messaging.log
            where xid >= ?::text::xid8 and xid < ?::text::xid8 and position between ? and ?
              and pg_visible_in_snapshot(xid, (select ?::text::pg_snapshot))
            union all
            select %1$s from messaging.log
            where xid = any(?::text[]::xid8[]) and position between ? and ?
              and pg_visible_in_snapshot(xid, (select ?::text::pg_snapshot))) e
          where position > ?
          """
              .formatted(COLUMNS));

  private static final Sql BY_POSITION =
      Sql.of(
          "select "
              + COLUMNS
              + """
               from messaging.log
              where position between ? and ? and position > ?
                and not pg_visible_in_snapshot(xid, (select ?::text::pg_snapshot))
                and pg_visible_in_snapshot(xid, (select ?::text::pg_snapshot))
              """);
  private static final Sql NAMED =
      Sql.of("select " + COLUMNS + " from messaging.log where position = any(?::bigint[])");

  private final Database database;
  private final HorizonStore store;

  FeedReader(Database database) {
    this.database = database;
    this.store = new HorizonStore(database);
  }

  HorizonStore horizons() {
    return store;
  }

  /** An event and the transaction that wrote it. */
  private record Found(long xid, LoggedEvent event) {}

  /**
   * The next events behind a place, of all types.
   *
   * @param wanted stop once so many are found; what is read at once is bounded beside that
   */
  FeedPage read(FeedPlace after, int wanted) {
    List<Horizon> rows = store.from(Math.max(1, after.horizon()), HORIZONS_MAX);
    if (rows.isEmpty()) {
      return beyond(after, store.ends());
    }
    long lowest = rows.getFirst().id();
    if (lowest > Math.max(1, after.horizon()) && !after.isBeginning()) {
      return new Gone();
    }
    FeedPlace from = after.isBeginning() ? new FeedPlace(lowest, 0) : after;
    List<Horizon> run = run(rows, wanted);
    List<FeedEvent> events = events(run, from);
    boolean cut = events.size() > wanted;
    List<FeedEvent> taken = cut ? List.copyOf(events.subList(0, wanted)) : events;
    FeedPlace next = cut ? taken.getLast().place() : new FeedPlace(run.getLast().id() + 1, 0);
    return new Read(taken, next, !cut && run.size() == rows.size() && rows.size() < HORIZONS_MAX);
  }

  /**
   * Where no horizon was found behind a place. Any number of them may have been made since that
   * look: those are for the next one.
   */
  static FeedPage beyond(FeedPlace after, HorizonStore.Ends ends) {
    FeedPlace end = new FeedPlace(ends.highest() + 1, 0);
    if (after.isBeginning() ? ends.highest() == 0 : after.horizon() == end.horizon()) {
      return new Read(List.of(), end, true);
    }
    boolean since = after.isBeginning() || after.horizon() <= ends.highest();
    return since ? new Read(List.of(), after, false) : new Gone();
  }

  /** The first horizons, that can be read with one query and have as many events as wanted. */
  private static List<Horizon> run(List<Horizon> rows, int wanted) {
    List<Horizon> run = new ArrayList<>();
    int events = 0;
    for (Horizon row : rows) {
      boolean joins =
          run.isEmpty()
              || (row.plain() && run.getFirst().plain() && row.base() == run.getFirst().base());
      if (!joins || (events >= wanted && !run.isEmpty())) {
        break;
      }
      if (events + row.events() > HorizonStore.EVENTS_MAX && !run.isEmpty()) {
        break;
      }
      run.add(row);
      events += row.events();
    }
    return run;
  }

  private List<FeedEvent> events(List<Horizon> run, FeedPlace from) {
    Horizon first = run.getFirst();
    boolean within = run.size() == 1 && first.id() == from.horizon();
    long after =
        Math.max(within ? from.position() : 0, first.base() * (first.positions() == null ? 1 : 0));
    List<FeedEvent> events = new ArrayList<>();
    for (Found found : found(run, after)) {
      FeedEvent event = new FeedEvent(horizonOf(run, found.xid()), found.event());
      if (event.isAfter(from)) {
        events.add(event);
      }
    }
    events.sort(
        Comparator.comparingLong(FeedEvent::horizon)
            .thenComparingLong(event -> event.event().position()));
    return events;
  }

  private List<Found> found(List<Horizon> run, long after) {
    Horizon first = run.getFirst();
    long[] named = first.positions();
    if (named != null) {
      return database.read(NAMED, FeedReader::row, (Object) named);
    }
    if (first.part()) {
      return database.read(
          BY_POSITION,
          FeedReader::row,
          first.first(),
          first.last(),
          after,
          first.since().text(),
          first.until().text());
    }
    long lowest = run.stream().mapToLong(Horizon::first).min().orElseThrow();
    long highest = run.stream().mapToLong(Horizon::last).max().orElseThrow();
    String until = run.getLast().until().text();
    return database.read(
        BY_XID,
        FeedReader::row,
        first.since().endText(),
        run.getLast().until().endText(),
        lowest,
        highest,
        until,
        first.since().running(),
        lowest,
        highest,
        until,
        after);
  }

  /** The first horizon of a run that saw a transaction. */
  private static long horizonOf(List<Horizon> run, long xid) {
    int low = 0;
    int high = run.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (run.get(middle).until().sees(xid)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return run.get(low).id();
  }

  private static Found row(Row row) throws SQLException {
    return new Found(
        Long.parseLong(row.getString(1)),
        new LoggedEvent(
            row.getLong(2),
            row.getString(3),
            row.getLong(4),
            row.getInt(5),
            row.getInstant(6),
            row.getString(7),
            row.getBytes(8)));
  }
}
