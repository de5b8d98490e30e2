package io.tidegate.shop.webhooks;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import java.util.List;

/** What is done about rows that nobody waits for: ended, trimmed, counted. A bounded bit a time. */
final class UpkeepStore {

  /** Rows of one transaction. */
  static final int ROWS_MAX = 1_000;

  /** Transactions of one step: a page of events makes no more rows, for all subscriptions. */
  static final int TRIMS_MAX = 25;

  static final Sql ANY =
      Sql.of(
          """
          select exists (select from webhooks.subscription)
            or exists (select from webhooks.delivery) or exists (select from webhooks.replay)
          """);
  static final Sql END_OPEN =
      Sql.of(
          """
          update webhooks.delivery
          set state = 'failed', why = 'disabled', next_try_at = null, ended_at = clock_timestamp()
          where id in (
            select d.id from webhooks.subscription s
            cross join lateral (
              select id from webhooks.delivery d
              where d.subscription = s.id and d.ended_at is null
              order by d.next_try_at limit ? for update skip locked) d
            where s.state <> 'active' and (? or s.id = ?)
            limit ?)
          """);
  static final Sql OPEN_OF_OTHERS =
      Sql.of(
          """
          select count(*) from (
            select from webhooks.subscription s
            cross join lateral (
              select from webhooks.delivery d
              where d.subscription = s.id and d.ended_at is null limit 1) d
            where s.state <> 'active' and (? or s.id = ?)
            limit 1) o
          """);
  static final Sql BACKLOG =
      Sql.of(
          """
          update webhooks.subscription s
          set state = 'disabled', why = 'backlog', changed_at = clock_timestamp()
          where s.state = 'active' and (
            select count(*) from (
              select from webhooks.delivery d
              where d.subscription = s.id and d.ended_at is null limit ?) o) >= ?
          """);

  // One that is to be sent again at this moment is locked: it is not over any more.
  static final Sql TRIM =
      Sql.of(
          """
          delete from webhooks.delivery where id = any(array(
            select id from webhooks.delivery
            where state = ? and ended_at < statement_timestamp() - ? * interval '1 millisecond'
            order by ended_at limit ? for update skip locked))
          """);
  static final Sql TRIM_DELETED =
      Sql.of(
          """
          delete from webhooks.delivery where id in (
            select d.id from webhooks.subscription s
            cross join lateral (
              select id from webhooks.delivery d where d.subscription = s.id limit ?) d
            where s.state = 'deleted' limit ?)
          """);

  /** Whether anything is past its time, or of nobody. */
  static final Sql OLD =
      Sql.of(
          """
          select exists (
              select from webhooks.delivery
              where state = 'delivered' and ended_at is not null
                and ended_at < statement_timestamp() - ? * interval '1 millisecond')
            or exists (
              select from webhooks.delivery
              where state = 'failed' and ended_at is not null
                and ended_at < statement_timestamp() - ? * interval '1 millisecond')
            or exists (
              select from webhooks.subscription s
              where s.state = 'deleted' and exists (
                select from webhooks.delivery d where d.subscription = s.id))
          """);

  static final Sql DROP_DELETED =
      Sql.of(
          """
          delete from webhooks.subscription s
          where s.state = 'deleted' and not exists (
            select from webhooks.delivery d where d.subscription = s.id)
          """);
  static final Sql DROP_REPLAYS =
      Sql.of(
          """
          delete from webhooks.replay r where not exists (
            select from webhooks.subscription s where s.id = r.subscription)
          """);
  static final Sql TRIM_REPLAYS =
      Sql.of(
          """
          delete from webhooks.replay
          where state <> 'running' and changed_at < clock_timestamp() - ? * interval '1 millisecond'
          """);

  // What is put off because its receiver asked for it is not late.
  static final Sql FIGURES =
      Sql.of(
          """
          select coalesce(sum(open.waiting), 0)::bigint,
            coalesce(max(extract(epoch from clock_timestamp() - greatest(open.due, s.slow_until)))
              filter (where open.due is not null), 0)::float8::text,
            count(*) filter (where s.state = 'active'),
            count(*) filter (where s.state = 'active' and s.failing_since is not null),
            count(*) filter (where s.state = 'disabled' and s.why <> 'by_hand')
          from webhooks.subscription s
          cross join lateral (
            select count(*) as waiting, min(next_try_at) as due from (
              select next_try_at from webhooks.delivery d
              where d.subscription = s.id and d.ended_at is null and s.state = 'active'
              order by next_try_at limit ?) o) open
          where s.state <> 'deleted'
          """);
  static final Sql OPEN =
      Sql.of(
          """
          select count(*) from (
            select from webhooks.delivery where subscription = ? and ended_at is null limit ?) o
          """);

  private final Database database;
  private final WebhookSettings settings;

  UpkeepStore(Database database, WebhookSettings settings) {
    this.database = database;
    this.settings = settings;
  }

  /** Ends what waits for a subscription that is sent nothing any more. */
  void endOpen(long subscription) {
    do {
      database.write(
          "webhooks-end",
          tx -> {
            tx.write(END_OPEN, ROWS_MAX, false, subscription, ROWS_MAX);
            return true;
          });
    } while (isOpen(false, subscription));
  }

  /** A bit of all that is to be done. Returns whether there may be more. */
  boolean step() {
    if (!database.read(ANY, row -> row.getBoolean(1)).getFirst()) {
      return false;
    }
    database.write(
        "webhooks-upkeep",
        tx -> {
          tx.write(BACKLOG, settings.waitingMax(), settings.waitingMax());
          tx.write(END_OPEN, ROWS_MAX, true, 0L, ROWS_MAX);
          return true;
        });
    boolean more = trimAll();
    database.write(
        "webhooks-drop",
        tx -> {
          tx.write(DROP_DELETED);
          tx.write(DROP_REPLAYS);
          tx.write(TRIM_REPLAYS, settings.failedKept().toMillis());
          return true;
        });
    return more || isOpen(true, 0);
  }

  /** Returns whether there is more, after as much as a step may do. */
  private boolean trimAll() {
    for (int i = 0; i < TRIMS_MAX; i++) {
      if (!isOld()) {
        return false;
      }
      database.write("webhooks-trim", this::trim);
    }
    return isOld();
  }

  private boolean trim(Tx tx) {
    tx.write(TRIM, Delivery.State.DELIVERED.code(), settings.deliveredKept().toMillis(), ROWS_MAX);
    tx.write(TRIM, Delivery.State.FAILED.code(), settings.failedKept().toMillis(), ROWS_MAX);
    tx.write(TRIM_DELETED, ROWS_MAX, ROWS_MAX);
    return true;
  }

  private boolean isOld() {
    return database
        .read(
            OLD,
            row -> row.getBoolean(1),
            settings.deliveredKept().toMillis(),
            settings.failedKept().toMillis())
        .getFirst();
  }

  private boolean isOpen(boolean all, long subscription) {
    return database.read(OPEN_OF_OTHERS, row -> row.getLong(1), all, subscription).getFirst() > 0;
  }

  /** How many deliveries of a subscription are not over, up to a limit. */
  long open(long subscription, int most) {
    return database.read(OPEN, row -> row.getLong(1), subscription, most).getFirst();
  }

  WebhookFigures figures() {
    List<WebhookFigures> found =
        database.read(
            FIGURES,
            row ->
                new WebhookFigures(
                    row.getLong(1),
                    Math.max(0, Double.parseDouble(row.getString(2))),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5)),
            settings.waitingMax());
    return found.getFirst();
  }
}
