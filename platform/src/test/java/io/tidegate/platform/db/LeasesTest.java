package io.tidegate.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.JarDatabase.Result;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Names and node numbers that one holder has at a time, by the database's clock. */
class LeasesTest {

  private static final Duration LONG = Duration.ofMinutes(5);

  /** Long enough for a pause of a machine that others load, and waited for by few tests. */
  private static final Duration SHORT = Duration.ofSeconds(5);

  private static final Duration NEVER = Duration.ofHours(1);

  private final JarDatabase jars = new JarDatabase(JarDatabase.fresh());
  private final Leases leases = new Leases(jars.database);

  @AfterEach
  void close() {
    jars.close();
  }

  @Test
  void oneHolderAtATimeAndTheEpochRisesWithEachChange() {
    assertThat(leases.hold("a", "one", LONG)).contains(1L);
    assertThat(leases.hold("a", "one", LONG)).as("kept").contains(1L);
    assertThat(leases.hold("a", "two", LONG)).isEmpty();
    assertThat(leases.hold("b", "two", LONG)).as("another name").contains(1L);

    leases.release("a", "two");
    assertThat(leases.hold("a", "two", LONG)).as("released by who has it not").isEmpty();
    leases.release("a", "one");
    assertThat(leases.hold("a", "two", LONG)).contains(2L);
    assertThat(leases.hold("a", "one", LONG)).isEmpty();
    leases.release("a", "two");
    assertThat(leases.hold("a", "two", LONG)).as("nobody had it meanwhile").contains(3L);
  }

  @Test
  void aLeaseThatRanOutIsTheNexts() {
    leases.hold("a", "one", SHORT);
    AtomicReference<Optional<Long>> taken = new AtomicReference<>(Optional.empty());
    JarDatabase.until(() -> {
      taken.set(leases.hold("a", "two", LONG));
      return taken.get().isPresent();
    });
    assertThat(taken.get()).contains(2L);
    assertThat(jars.count("select count(*) from db.lease where name = 'a' and holder = 'two'"))
        .isEqualTo(1);
    assertThat(leases.hold("a", "one", LONG)).isEmpty();
  }

  @Test
  void ofManyAtOnceOneHolds() {
    List<Result<Optional<Long>>> results =
        JarDatabase.together(6, i -> leases.hold("a", "holder " + i, LONG));
    assertThat(results)
        .filteredOn(result -> result.answer() != null && result.answer().isPresent())
        .hasSize(1);
  }

  @Test
  void nodesTakeDifferentNumbersUntilThereAreNone() {
    int numbers = 5;
    List<Result<NodeLease>> taken =
        JarDatabase.together(numbers, i -> NodeLease.take(jars.database, "node " + i, numbers));
    Set<Integer> seen = new HashSet<>();
    for (Result<NodeLease> result : taken) {
      NodeLease lease = held(result.answer());
      seen.add(lease.number());
    }
    assertThat(seen).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    assertThatThrownBy(() -> NodeLease.take(jars.database, "one more", numbers))
        .isInstanceOf(IllegalStateException.class);

    NodeLease third = held(taken.get(3).answer());
    third.close();
    assertThat(third.isHeld()).as("given back").isFalse();
    try (NodeLease next = NodeLease.take(jars.database, "one more", numbers)) {
      assertThat(next.number()).isEqualTo(third.number());
    }
    taken.forEach(result -> held(result.answer()).close());
  }

  private static NodeLease held(@Nullable NodeLease lease) {
    assertThat(lease).isNotNull();
    return java.util.Objects.requireNonNull(lease);
  }

  @Test
  void aNumberIsRenewedAsLongAsItIsHeld() {
    NodeLease.Times times =
        new NodeLease.Times(SHORT, Duration.ofMillis(50), Duration.ofMillis(100));
    try (NodeLease lease = NodeLease.take(jars.database, "one", 1, times)) {
      String expiry = "select (extract(epoch from expires_at) * 1000)::bigint from db.lease";
      long first = jars.count(expiry);
      JarDatabase.until(() -> jars.count(expiry) > first + SHORT.toMillis());
      assertThat(lease.isHeld()).isTrue();
      assertThat(jars.count("select epoch from db.lease")).isEqualTo(1);
    }
  }

  /** A process that is paused renews nothing. */
  @Test
  void whoIsPausedKnowsItBeforeAnotherCanTakeTheNumber() {
    NodeLease.Times paused = new NodeLease.Times(SHORT, NEVER, Duration.ofMillis(200));
    try (NodeLease one = NodeLease.take(jars.database, "one", 1, paused)) {
      assertThat(one.isHeld()).isTrue();
      JarDatabase.until(() -> {
        boolean before = one.isHeld();
        boolean taken = leases.hold("node-0", "two", LONG).isPresent();
        assertThat(before && taken && one.isHeld()).as("two hold it").isFalse();
        return taken;
      });
      assertThat(one.isHeld()).isFalse();
    }
    assertThat(leases.hold("node-0", "three", LONG)).as("its end is not the other's").isEmpty();
  }

  @Test
  void whoFindsAnotherAtItsNumberHoldsNothing() {
    NodeLease.Times times = new NodeLease.Times(LONG, Duration.ofMillis(50), SHORT);
    try (NodeLease one = NodeLease.take(jars.database, "one", 1, times)) {
      assertThat(one.isHeld()).isTrue();
      jars.execute("update db.lease set holder = 'two', epoch = epoch + 1");
      JarDatabase.until(() -> !one.isHeld());
    }
  }
}
