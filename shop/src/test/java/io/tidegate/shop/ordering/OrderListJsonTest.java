package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.payment.Capture;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a list of orders asks for those that have left the database, and when it doesn't. */
class OrderListJsonTest {

  private static final int LIMIT = 3;

  @Test
  void ordersThatAreYoungerThanTheArchiveDontWaitForIt() {
    Archive archive = new Archive(50, 40);
    OrderListJson page = page(OptionalLong.empty(), 90, 80).withArchived(archive, wanted(0, null));
    assertThat(numbers(page)).containsExactly(90L, 80L);
    assertThat(page.next()).hasValue(80);
    assertThat(archive.asked).isZero();
  }

  @Test
  void thePageAfterThemIsTheArchives() {
    Archive archive = new Archive(50, 40);
    OrderListJson page = page(OptionalLong.empty()).withArchived(archive, wanted(0, null));
    assertThat(numbers(page)).containsExactly(50L, 40L);
    assertThat(page.next()).isEmpty();
    assertThat(archive.asked).isEqualTo(1);
  }

  @Test
  void ordersOfBothTimesAreMixed() {
    Archive archive = new Archive(85, 40);
    OrderListJson page = page(OptionalLong.empty(), 90, 80).withArchived(archive, wanted(0, null));
    assertThat(numbers(page)).containsExactly(90L, 85L, 80L);
    assertThat(page.next()).hasValue(80);
  }

  @Test
  void whatIsNotAtItsEndHasNotLeft() {
    Archive archive = new Archive(50);
    OrderListJson page =
        page(OptionalLong.empty()).withArchived(archive, wanted(0, Status.AWAITING_PAYMENT));
    assertThat(numbers(page)).isEmpty();
    assertThat(archive.asked).isZero();
    assertThat(numbers(page.withArchived(archive, wanted(0, Status.COMPLETED))))
        .containsExactly(50L);
  }

  @Test
  void whatGoesOnInTheDatabaseIsLeftAlone() {
    Archive archive = new Archive(50);
    OrderListJson page = page(OptionalLong.of(70), 90, 80, 70);
    assertThat(page.withArchived(archive, wanted(70, null))).isEqualTo(page);
    assertThat(page.withArchived(ArchivedOrders.NONE, wanted(0, null))).isEqualTo(page);
    assertThat(archive.asked).isZero();
  }

  private static ArchivedOrders.Wanted wanted(long above, @Nullable Status state) {
    return new ArchivedOrders.Wanted(42, Long.MAX_VALUE, above, LIMIT + 1, state, "");
  }

  private static OrderListJson page(OptionalLong next, long... numbers) {
    return new OrderListJson(rows(numbers), next);
  }

  private static List<Long> numbers(OrderListJson page) {
    return page.rows().stream().map(row -> row.number().value()).toList();
  }

  private static List<ArchivedOrders.Row> rows(long... numbers) {
    return LongStream.of(numbers)
        .mapToObj(number ->
            new ArchivedOrders.Row(
                new OrderNumber(number),
                new JsonWriter(32).beginObject().field("n", number).endObject().toBytes()))
        .toList();
  }

  /** An archive of one customer; counts how often it is asked. */
  private static final class Archive implements ArchivedOrders {
    private final long[] numbers;
    private int asked;

    Archive(long... numbers) {
      this.numbers = numbers;
    }

    @Override
    public long top() {
      return Arrays.stream(numbers).max().orElse(0);
    }

    @Override
    public List<Row> mine(Wanted wanted) {
      asked++;
      return rows(
          Arrays.stream(numbers)
              .filter(each -> each < wanted.below() && each > wanted.above())
              .limit(wanted.most())
              .toArray());
    }

    @Override
    public Optional<StaffRow> row(OrderNumber number) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean holds(OrderNumber number) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void noteLate(Capture capture) {
      throw new UnsupportedOperationException();
    }
  }
}
