package io.tidegate.shop.flashsale;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a sale is at a moment. */
class SaleTest {

  private static final Instant START = Instant.parse("2026-11-11T00:00:00Z");
  private static final Instant DRAW = START.plusSeconds(60);
  private static final Instant END = START.plusSeconds(120);

  @ParameterizedTest
  @CsvSource({
    "PLANNED,-1,false,PLANNED",
    "PLANNED,0,false,PLANNED", // its goods could not be set aside yet
    "PLANNED,120,false,ENDED",
    "WARM,-1,false,WARM",
    "WARM,-1,true,WARM",
    "WARM,0,false,OPEN",
    "WARM,119,false,OPEN",
    "WARM,0,true,SOLD_OUT",
    "WARM,120,false,ENDED",
    "WARM,120,true,ENDED",
    "ENDED,0,false,ENDED",
    "STOPPED,0,false,STOPPED",
    "STOPPED,200,false,STOPPED",
  })
  void firstComeFirstServed(Stage stage, long second, boolean gone, SaleState state) {
    Sale sale = sale(Mode.FIRST_COME, stage);
    assertThat(sale.shown(START.plusSeconds(second), gone)).isEqualTo(state);
    assertThat(sale.isOpen(START.plusSeconds(second)))
        .isEqualTo(state == SaleState.OPEN || state == SaleState.SOLD_OUT);
  }

  @ParameterizedTest
  @CsvSource({"WARM,-1,WARM", "WARM,0,OPEN", "WARM,59,OPEN", "WARM,60,ENDED", "PLANNED,60,ENDED"})
  void aDrawIsOpenUntilItIsDrawn(Stage stage, long second, SaleState state) {
    Sale sale = sale(Mode.DRAW, stage);
    assertThat(sale.shown(START.plusSeconds(second), true)).isEqualTo(state);
  }

  @Test
  void everyChangeIsANewVersion() {
    Sale sale = sale(Mode.FIRST_COME, Stage.PLANNED);
    SaleItem more = sale.items().getFirst().pooled(9, 7L);
    assertThat(sale.with(more).items()).containsExactly(more);
    assertThat(sale.with(more).pools()).containsExactly(7L);
    assertThat(sale.with(more).at(Stage.STOPPED).startingAt(END).version()).isEqualTo(4);
  }

  private static Sale sale(Mode mode, Stage stage) {
    return new Sale(
        1,
        "a",
        mode,
        stage,
        1,
        "CNY",
        START,
        END,
        Duration.ofMinutes(5),
        0,
        List.of(new SaleItem("A", "a", 1, 1, 1, null)),
        mode == Mode.DRAW ? DRAW : null,
        null);
  }
}
