package io.tidegate.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.BitSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long an event waits counts from its commit, until its receipt, its end or nobody's turn. */
final class ConsumerLagTest {

  private static final String TYPE = "thing.waiting.v1";
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LATER = Duration.ofHours(2);

  private final MessagingDatabase db = new MessagingDatabase();
  private final ConsumerLag lag = new ConsumerLag(db.database, "slow", Set.of(TYPE));

  @AfterEach
  void close() {
    db.close();
  }

  /** Has the feed show what is in the log, as if it had done so so many hours ago. */
  private void shown(int hoursAgo) {
    long before = db.count("select coalesce(max(id), 0) from messaging.horizon");
    try (Horizons horizons = new Horizons(db.database, "node-1", MessagingDatabase.settings())) {
      while (horizons.step()) {
        // the next part
      }
    }
    db.execute(
        "update messaging.horizon set at = at - ? * interval '1 hour' where id > ?",
        hoursAgo,
        before);
  }

  private void done(String consumer, long... positions) {
    BitSet bits = new BitSet(Receipts.RANGE);
    LongStream.of(positions).forEach(position -> bits.set((int) position));
    db.execute(
        "insert into messaging.receipt as r (consumer, slot, range, bits)"
            + " values (?, 1, 0, ('x' || ?)::bit(8192))"
            + " on conflict (consumer, range, slot) do update set bits = r.bits | excluded.bits",
        consumer,
        Receipts.hex(bits));
  }

  private long position(long key) {
    return db.count("select position from messaging.log where key = ? and type = ?", key, TYPE);
  }

  @Test
  void theOldestThatWaitsCounts() {
    assertThat(lag.look()).isZero();
    db.append("thing.other.v1", 1, 1);
    db.append(TYPE, 1, 1, 2); // they tell of 1970
    assertThat(lag.look()).as("committed just now").isZero();
    shown(2);
    assertThat(lag.look()).isBetween(LATER, LATER.plus(HOUR));
    db.append(TYPE, 1, 3);
    shown(1);
    assertThat(lag.look()).isBetween(LATER, LATER.plus(HOUR));

    done("another", position(1), position(2), position(3));
    done("slow", position(1));
    assertThat(lag.look()).as("one of two is done").isBetween(LATER, LATER.plus(HOUR));
    done("slow", position(2));
    assertThat(lag.look()).isBetween(HOUR, LATER.minusSeconds(1));
    done("slow", position(3));
    assertThat(lag.look()).isZero();
  }

  @Test
  void whatWaitsForAPersonDoesNotCountAndWhatIsTriedAgainDoes() {
    db.append(TYPE, 1, 1);
    shown(1);
    db.execute(
        "insert into messaging.dead_letter"
            + " (consumer, position, type, key, state, tries, next_at, error)"
            + " values ('slow', ?, ?, 1, 'retrying', 1, clock_timestamp(), 'x')",
        position(1),
        TYPE);
    assertThat(lag.look()).isBetween(HOUR, LATER);
    db.execute("update messaging.dead_letter set state = 'dead'");
    assertThat(lag.look()).isZero();
  }

  @Test
  void whatTheDeliveryAuditHasSettledIsNotLookedAtAgain() {
    db.append(TYPE, 1, 1, 2);
    shown(1);
    db.execute("insert into messaging.audited values ('slow', ?)", position(1));
    done("slow", position(2));
    assertThat(lag.look()).isZero();
  }
}
