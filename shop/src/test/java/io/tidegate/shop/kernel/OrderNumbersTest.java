package io.tidegate.shop.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.LaneRefusal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Order numbers: what their bits say, what isn't one, and that none is given twice. */
class OrderNumbersTest {

  private static final long NOW = Instant.parse("2026-11-22T12:00:00.123Z").toEpochMilli();

  @Test
  void itsBitsSayWhenWhoseAndWhere() {
    OrderNumber number = OrderNumber.of(NOW, 5_000_000_042L, 15, 255);

    assertThat(number.createdAt()).isEqualTo(Instant.ofEpochMilli(NOW));
    assertThat(number.bucket()).isEqualTo((int) (5_000_000_042L % 1_024));
    assertThat((number.value() >> 8) & 15).isEqualTo(15);
    assertThat(number.value() & 255).isEqualTo(255);
    assertThat(OrderNumber.of(NOW, -1, 0, 0).bucket()).isEqualTo(1_023);
    assertThat(OrderNumber.firstAt(NOW)).isLessThanOrEqualTo(number.value());
    assertThat(OrderNumber.firstAt(NOW + 1)).isGreaterThan(number.value());
  }

  @Test
  void onlyDigitsOfAPositiveLongAreParsed() {
    assertThat(OrderNumber.parse("9223372036854775807")).contains(new OrderNumber(Long.MAX_VALUE));
    for (String hostile :
        List.of(
            "",
            "0",
            "01",
            "-1",
            "+1",
            " 1",
            "1 ",
            "1e3",
            "0x1f",
            "9223372036854775808",
            "99999999999999999999",
            "１２３",
            "١٢٣",
            "1\u0000",
            "1;drop",
            "1p1",
            "null")) {
      assertThat(OrderNumber.parse(hostile)).as("'%s'", hostile).isEmpty();
    }
    assertThatThrownBy(() -> new OrderNumber(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void manyThreadsGetDifferentNumbersThatRiseForEachOfThem() throws Exception {
    OrderNumbers numbers = new OrderNumbers(InstantSource.system(), 3, () -> true);
    List<Callable<List<OrderNumber>>> callers = new ArrayList<>();
    for (int user = 0; user < 8; user++) {
      long id = user;
      callers.add(() -> taken(numbers, id, 20_000));
    }
    Set<OrderNumber> all = new HashSet<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (var answer : threads.invokeAll(callers)) {
        List<OrderNumber> mine = answer.get();
        assertThat(mine).isSorted();
        all.addAll(mine);
      }
    }
    assertThat(all).hasSize(8 * 20_000);
  }

  @Test
  void aClockThatStepsBackGivesNoNumberAgain() {
    AtomicLong millis = new AtomicLong(NOW);
    OrderNumbers numbers = at(millis);
    List<OrderNumber> given = new ArrayList<>(taken(numbers, 7, 100));
    millis.addAndGet(-600_000);
    given.addAll(taken(numbers, 7, 1_000));
    millis.set(NOW + 1);
    given.addAll(taken(numbers, 7, 100));

    assertThat(given).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void aUsedUpMillisecondBeginsTheNextOneAheadOfTime() {
    List<OrderNumber> given = taken(at(new AtomicLong(NOW)), 7, 2 * OrderNumber.SEQUENCES + 1);

    assertThat(given).isSorted().doesNotHaveDuplicates();
    assertThat(given.get(OrderNumber.SEQUENCES - 1).createdAt().toEpochMilli()).isEqualTo(NOW);
    assertThat(given.get(OrderNumber.SEQUENCES).createdAt().toEpochMilli()).isEqualTo(NOW + 1);
    assertThat(given.getLast().createdAt().toEpochMilli()).isEqualTo(NOW + 2);
    assertThat(given).allMatch(number -> ((number.value() >> 8) & 15) == 3);
  }

  @Test
  void withoutTheLeaseOfItsNodeThereIsNoNumber() {
    OrderNumbers numbers = new OrderNumbers(InstantSource.system(), 3, () -> false);
    assertThatThrownBy(() -> numbers.next(1)).isInstanceOf(LaneRefusal.Closed.class);
    assertThatThrownBy(() -> new OrderNumbers(InstantSource.system(), 16, () -> true))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static OrderNumbers at(AtomicLong millis) {
    return new OrderNumbers(() -> Instant.ofEpochMilli(millis.get()), 3, () -> true);
  }

  private static List<OrderNumber> taken(OrderNumbers numbers, long user, int count) {
    List<OrderNumber> taken = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      taken.add(numbers.next(user));
    }
    return taken;
  }
}
