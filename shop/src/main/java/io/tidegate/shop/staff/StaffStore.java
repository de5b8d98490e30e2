package io.tidegate.shop.staff;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.JsonWriter;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The record of staff acts (C6): an act and its row commit together, or neither does. */
public final class StaffStore {

  private static final Sql RECORD =
      Sql.of("insert into staff.act (actor, act, subject, detail) values (?, ?, ?, ?::jsonb)");
  private static final Sql RECORD_ALL =
      Sql.of(
          """
          insert into staff.act (actor, act, subject, detail)
          select ?, act, subject, detail::jsonb
          from unnest(?::text[], ?::text[], ?::text[]) with ordinality as a(act, subject, detail, n)
          order by n
          """);

  private static final String COLUMNS =
      "select id, at, actor, act, subject, detail::text from staff.act where id < ?";
  private static final String NEWEST_FIRST = " order by id desc limit ?";
  private static final Sql ALL = Sql.of(COLUMNS + NEWEST_FIRST);
  private static final Sql BY_ACTOR = Sql.of(COLUMNS + " and actor = ?" + NEWEST_FIRST);
  private static final Sql BY_KIND = Sql.of(COLUMNS + " and act = ?" + NEWEST_FIRST);
  private static final Sql BY_BOTH = Sql.of(COLUMNS + " and actor = ? and act = ?" + NEWEST_FIRST);

  // One look into the index for each kind, however many acts there are.
  private static final Sql KINDS =
      Sql.of(
          """
          with recursive kind(act) as (
            (select act from staff.act order by act limit 1)
            union all
            select (select a.act from staff.act a where a.act > kind.act order by a.act limit 1)
            from kind where kind.act is not null)
          select act from kind where act is not null
          """);

  // Who acts twice at once is counted one after the other.
  private static final Sql LINE_UP =
      Sql.of("select pg_advisory_xact_lock(hashtextextended('staff.act' || ?, 0))");
  private static final Sql COUNT =
      Sql.of(
          """
          select count(*) from staff.act
          where actor = ? and act = ? and at > clock_timestamp() - ? * interval '1 millisecond'
          """);

  private StaffStore() {}

  /**
   * Writes an act down when the transaction commits.
   *
   * @param actor who acts: the token's subject
   * @param act what is done, such as {@code price.set}
   * @param subject what it is done to, such as {@code sku TG-PHN-001-BK}
   * @param detail writes the members of a JSON object; no personal data and no free text
   */
  public static void record(
      Tx tx, String actor, String act, String subject, Consumer<JsonWriter> detail) {
    tx.write(RECORD, actor, act, subject, ActText.of(act, subject, detail).detail());
  }

  /** Writes several acts of one member of the staff down, in this order. */
  public static void record(Tx tx, String actor, List<ActText> acts) {
    if (!acts.isEmpty()) {
      tx.write(
          RECORD_ALL,
          actor,
          texts(acts, ActText::act),
          texts(acts, ActText::subject),
          texts(acts, ActText::detail));
    }
  }

  /**
   * Acts before an id, newest first.
   *
   * @param actor whose; null for everybody's
   * @param kind of which kind; null for every kind
   * @param before the id of the page's predecessor; {@code Long.MAX_VALUE} for the first page
   */
  public static List<StaffAct> list(
      Database database, @Nullable String actor, @Nullable String kind, long before, int most) {
    Sql sql = actor == null ? (kind == null ? ALL : BY_KIND) : (kind == null ? BY_ACTOR : BY_BOTH);
    Object[] parameters =
        Stream.<@Nullable Object>of(before, actor, kind, most).filter(Objects::nonNull).toArray();
    return database.read(
        sql,
        row ->
            new StaffAct(
                row.getLong(1),
                row.getInstant(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6)),
        parameters);
  }

  /** The kinds of acts that are on record, by their names. */
  public static List<String> kinds(Database database) {
    return database.read(KINDS, row -> row.getString(1));
  }

  private static String[] texts(List<ActText> acts, Function<ActText, String> text) {
    return acts.stream().map(text).toArray(String[]::new);
  }

  /**
   * Writes an act down as {@link #record} does, unless its actor has done it so often of late.
   *
   * @param most how often it may be done within the time
   * @return whether it may be done now
   */
  public static boolean recordUnlessOften(
      Tx tx, String actor, String act, String subject, int most, Duration within) {
    tx.query(LINE_UP, _ -> true, actor);
    long done = tx.query(COUNT, row -> row.getLong(1), actor, act, within.toMillis()).getFirst();
    if (done >= most) {
      return false;
    }
    record(tx, actor, act, subject, _ -> {});
    return true;
  }
}
