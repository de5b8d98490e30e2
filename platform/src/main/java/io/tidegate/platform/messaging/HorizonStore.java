package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The table of horizons, as whoever writes it and whoever reads the feed see it. */
final class HorizonStore {

  /** Events of one horizon: what a reader is ever made to read at once. */
  static final int EVENTS_MAX = 2_000;

  /** Positions of a large difference that become horizons in one transaction. */
  static final int BACKLOG_MAX = 50 * EVENTS_MAX;

  private static final String COLUMNS =
      "id, since::text, until::text, base, first, last, events, part, unfinished, positions";

  private static final Sql LAST =
      Sql.of("select " + COLUMNS + " from messaging.horizon order by id desc limit 1");
  private static final Sql FROM =
      Sql.of("select " + COLUMNS + " from messaging.horizon where id >= ? order by id limit ?");
  private static final Sql ENDS =
      Sql.of("select coalesce(min(id), 1), coalesce(max(id), 0) from messaging.horizon");
  private static final Sql BY_TIME = Sql.of("select min(id) from messaging.horizon where at >= ?");

  /**
   * Of a large difference many horizons are made, all after its snapshot was taken: what became
   * true before their time may be in the difference that follows them, and in none after it.
   */
  private static final Sql ALL_BEFORE =
      Sql.of(
          """
          select min(h.id) from messaging.horizon h
          where not h.unfinished and h.positions is null and h.id > (
            select min(d.id) from messaging.horizon d
            where not d.unfinished and d.positions is null
              and d.id >= (select min(r.id) from messaging.horizon r where r.at >= ?))
          """);

  private static final Sql BY_POSITION =
      Sql.of("select min(id) from messaging.horizon where last >= ?");
  private static final Sql EVENTS =
      Sql.of(
          """
          select coalesce(sum(events), 0)::bigint from messaging.horizon where id between ? and ?
          """);
  private static final Sql LOG =
      Sql.of(
          """
          select f.cluster <> (select system_identifier from pg_control_system())
              or exists (
                select from (select * from messaging.horizon order by id desc limit 1) h
                where h.base >= f.base
                  and pg_snapshot_xmax(h.until) > pg_snapshot_xmax(pg_current_snapshot())),
            f.base
          from messaging.feed f
          """);
  private static final Sql SUM =
      Sql.of(
          """
          select count(*), coalesce(min(position), 0), coalesce(max(position), 0)
          from (select position from
          """
              + LogReader.NEW.formatted("position")
              + " limit ?) n");
  private static final Sql POSITIONS =
      Sql.of(
          """
          select position from messaging.log
          where position > ? and (xid >= ?::text::xid8 or xid = any(?::text[]::xid8[]))
            and pg_visible_in_snapshot(xid, (select ?::text::pg_snapshot))
          order by position limit ?
          """);

  /** The transaction's id must be above what the snapshot names; see {@link RelayCursor}. */
  private static final Sql FENCE =
      Sql.of(
          """
          update messaging.feed set epoch = ?
          where epoch <= ? and pg_current_xact_id() >= pg_snapshot_xmax(?::text::pg_snapshot)
          returning 1
          """);

  private static final Sql ADD =
      Sql.of(
          """
          insert into messaging.horizon
            (id, since, until, base, first, last, events, part, unfinished)
          select ? + n, ?::text::pg_snapshot, ?::text::pg_snapshot, ?, first, last, events, ?,
            unfinished
          from unnest(?::bigint[], ?::bigint[], ?::int[], ?::boolean[]) with ordinality
            as e(first, last, events, unfinished, n)
          """);

  private static final Sql LOCK_LOG = Sql.of("lock table messaging.log in share mode");
  private static final Sql ADOPT =
      Sql.of(
          """
          update messaging.feed
          set epoch = ?, cluster = (select system_identifier from pg_control_system()),
            base = (select coalesce(max(position), 0) from messaging.log)
          where epoch <= ?
          returning 1
          """);

  /**
   * What no horizon has yet of a log from elsewhere, by position; an event that came here since
   * lies above everything that was ever shown.
   */
  private static final Sql REST =
      Sql.of(
          """
          insert into messaging.horizon
            (id, since, until, base, first, last, events, part, unfinished, positions)
          select ? + 1 + n, '1:1:', '1:1:', (select coalesce(max(position), 0) from messaging.log),
            min(position), max(position), count(*), true, false,
            array_agg(position order by position)
          from (
            select position, (row_number() over (order by position) - 1) / %d as n
            from messaging.log
            where position > (select coalesce(max(last), 0) from messaging.horizon)
              or (not pg_visible_in_snapshot(xid, (select ?::text::pg_snapshot))
                and not (position <= ? and pg_visible_in_snapshot(xid, (select ?::text::pg_snapshot))))) r
          group by n
          """
              .formatted(EVENTS_MAX));

  private final Database database;

  HorizonStore(Database database) {
    this.database = database;
  }

  /** How many events a difference has, up to a limit, and between which positions. */
  record Sum(long events, long first, long last) {}

  /** The lowest and the highest horizon; the highest is below the lowest where there is none. */
  record Ends(long lowest, long highest) {}

  /**
   * Where the log is from.
   *
   * @param foreign whether it came from another cluster since the last horizon was made
   * @param base events at or below it did so before
   */
  record LogState(boolean foreign, long base) {}

  @Nullable Horizon last() {
    return database.read(LAST, HorizonStore::horizon).stream().findFirst().orElse(null);
  }

  List<Horizon> from(long id, int limit) {
    return database.read(FROM, HorizonStore::horizon, id, limit);
  }

  Ends ends() {
    return database.read(ENDS, row -> new Ends(row.getLong(1), row.getLong(2))).getFirst();
  }

  /** The first horizon that was made at or after a time. */
  OptionalLong at(Instant time) {
    return first(BY_TIME, time);
  }

  /** A horizon after which nothing follows that was committed before a time. */
  OptionalLong allBefore(Instant time) {
    return first(ALL_BEFORE, time);
  }

  /** The first horizon that reaches a position. */
  OptionalLong reaching(long position) {
    return first(BY_POSITION, position);
  }

  private OptionalLong first(Sql sql, Object parameter) {
    return database
        .read(
            sql,
            row -> {
              Long first = row.getLongOrNull(1);
              return first == null ? OptionalLong.empty() : OptionalLong.of(first);
            },
            parameter)
        .getFirst();
  }

  /** How many events these horizons have together. */
  long events(long from, long to) {
    return database.read(EVENTS, row -> row.getLong(1), from, to).getFirst();
  }

  LogState log() {
    return database.read(LOG, row -> new LogState(row.getBoolean(1), row.getLong(2))).getFirst();
  }

  Sum sum(Snapshot since, Snapshot until, long base, int limit) {
    return database
        .writeOnce(tx ->
            tx.query(
                SUM,
                row -> new Sum(row.getLong(1), row.getLong(2), row.getLong(3)),
                since.endText(),
                until.endText(),
                since.running(),
                base,
                until.text(),
                limit))
        .getFirst();
  }

  List<Long> positions(Snapshot since, Snapshot until, long after, int limit) {
    return database.writeOnce(tx ->
        tx.query(
            POSITIONS,
            row -> row.getLong(1),
            after,
            since.endText(),
            since.running(),
            until.text(),
            limit));
  }

  /** Adds horizons of one difference; a Conflict says that another node makes them. */
  void add(List<Horizon> horizons, long epoch) {
    Horizon one = horizons.getFirst();
    int size = horizons.size();
    long[] firsts = new long[size];
    long[] lasts = new long[size];
    int[] events = new int[size];
    boolean[] unfinished = new boolean[size];
    for (int i = 0; i < size; i++) {
      Horizon horizon = horizons.get(i);
      firsts[i] = horizon.first();
      lasts[i] = horizon.last();
      events[i] = horizon.events();
      unfinished[i] = horizon.unfinished();
    }
    database.writeOnce(tx -> {
      tx.writeExpecting(1, FENCE, epoch, epoch, one.until().text());
      tx.write(
          ADD,
          one.id() - 1,
          one.since().text(),
          one.until().text(),
          one.base(),
          one.part(),
          firsts,
          lasts,
          events,
          unfinished);
      return true;
    });
  }

  /** Begins anew in a cluster whose transaction ids have nothing to do with those of before. */
  void rebase(long epoch) {
    Horizon last = last();
    if (last == null) {
      rebase(epoch, 0, Snapshot.NOTHING, 0, Snapshot.NOTHING);
    } else if (last.unfinished()) {
      rebase(epoch, last.id(), last.since(), last.last(), last.until());
    } else {
      Snapshot seen = last.positions() == null ? last.until() : Snapshot.NOTHING;
      rebase(epoch, last.id(), seen, 0, Snapshot.NOTHING);
    }
  }

  /**
   * The same.
   *
   * @param id the last horizon
   * @param since what it sees was shown
   * @param reached of what {@code until} sees beyond that, positions up to there were shown
   */
  private void rebase(long epoch, long id, Snapshot since, long reached, Snapshot until) {
    database.writeOnce(tx -> {
      tx.write(LOCK_LOG);
      tx.writeExpecting(1, ADOPT, epoch, epoch);
      tx.write(REST, id, since.text(), reached, until.text());
      return true;
    });
  }

  private static Horizon horizon(Row row) throws SQLException {
    return new Horizon(
        row.getLong(1),
        Snapshot.parse(row.getString(2)),
        Snapshot.parse(row.getString(3)),
        row.getLong(4),
        row.getLong(5),
        row.getLong(6),
        row.getInt(7),
        row.getBoolean(8),
        row.getBoolean(9),
        row.getStringOrNull(10) == null ? null : row.getLongs(10));
  }

  /** Cuts positions into horizons of one difference. */
  static List<Horizon> parts(
      long firstId, Snapshot since, Snapshot until, long base, List<Long> positions, boolean more) {
    List<Horizon> parts = new ArrayList<>();
    for (int from = 0; from < positions.size(); from += EVENTS_MAX) {
      int to = Math.min(positions.size(), from + EVENTS_MAX);
      parts.add(
          new Horizon(
              firstId + parts.size(),
              since,
              until,
              base,
              positions.get(from),
              positions.get(to - 1),
              to - from,
              true,
              more || to < positions.size(),
              null));
    }
    return parts;
  }
}
