package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.messaging.LoggedEvent;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log has against what the lake has. */
class LakeComparisonTest {

  @TempDir private Path folder;
  private LakeShop shop;

  @BeforeEach
  void open() {
    shop = new LakeShop(folder);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private List<LakeComparison.Difference> differences() throws SQLException {
    return new LakeComparison(shop.ground, new LakeReader(shop.ground, null)).differences();
  }

  @Test
  void whatIsOnItsWayIsNoDifference() throws SQLException {
    List<LoggedEvent> written = shop.log(0, 10);
    shop.write(written);
    shop.receipts(written.getLast());
    assertThat(differences()).isEmpty();
    List<LoggedEvent> next = shop.log(10, 5);
    assertThat(differences()).as("it has not heard of them").isEmpty();
    shop.write(next.subList(0, 4));
    assertThat(differences()).as("their receipts commit with them").isEmpty();
  }

  @Test
  void whatHasAReceiptAndIsNotThereIsOne() throws SQLException {
    List<LoggedEvent> written = shop.log(0, 10);
    shop.write(written.subList(0, 18));
    shop.receipts(written.getLast());
    shop.log(10, 5);
    LocalDate day = LocalDate.of(2026, 11, 10);
    assertThat(differences())
        .containsExactly(
            new LakeComparison.Difference("order.paid.v1", day, 10, 9),
            new LakeComparison.Difference("order.placed.v1", day, 10, 9));
    shop.write(written.subList(18, 20));
    assertThat(differences()).isEmpty();
    shop.write(written.subList(4, 5));
    assertThat(differences()).as("one is there twice").hasSize(1);
  }
}
