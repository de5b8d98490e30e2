package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A consumer whose effect would show each repetition: an event has a row by its natural key, and a
 * row that is new raises the tally, as points raise a balance.
 */
final class Tally implements EventHandler {

  private static final Sql EFFECT =
      Sql.of(
          """
          with fresh as (
            insert into effect (key, version)
            select * from unnest(?::bigint[], ?::int[]) as e(key, version) order by 1, 2
            on conflict do nothing
            returning 1)
          update tally set n = n + (select count(*) from fresh)
          """);

  private final String name;
  private final String type;
  final AtomicLong calls = new AtomicLong();
  final AtomicLong commits = new AtomicLong();

  Tally(String name, String type) {
    this.name = name;
    this.type = type;
  }

  static void createTables(MessagingDatabase db) {
    db.execute("create table effect (key bigint, version int, primary key (key, version))");
    db.execute("create table tally (n bigint not null)");
    db.execute("insert into tally values (0)");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<String> types() {
    return Set.of(type);
  }

  @Override
  public void handle(Tx tx, List<LoggedEvent> events) {
    calls.addAndGet(events.size());
    tx.write(
        EFFECT,
        events.stream().mapToLong(LoggedEvent::key).toArray(),
        events.stream().mapToInt(LoggedEvent::version).toArray());
  }

  @Override
  public void committed() {
    commits.incrementAndGet();
  }

  /** Whether exactly these many effects happened, each once, and all are on receipt. */
  boolean isExactly(MessagingDatabase db, long events) {
    return effects(db) == events && receipts(db) == events;
  }

  long effects(MessagingDatabase db) {
    long twice = db.count("select n - (select count(*) from effect) from tally");
    if (twice != 0) {
      throw new AssertionError("effects and their tally differ by " + twice);
    }
    return db.count("select n from tally");
  }

  private long receipts(MessagingDatabase db) {
    return db.count(
        "select coalesce(sum(n), 0)::bigint from (select bit_count(bit_or(bits)) n"
            + " from messaging.receipt where consumer = ? group by range) r",
        name);
  }

  /** Events that did not come through a queue. */
  long fed(MessagingDatabase db) {
    return db.count(
        "select coalesce(sum(bit_count(bits)), 0)::bigint from messaging.receipt"
            + " where consumer = ? and slot = 0",
        name);
  }
}
