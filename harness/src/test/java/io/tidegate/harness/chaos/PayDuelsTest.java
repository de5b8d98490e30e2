package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who came first, where only times tell. */
class PayDuelsTest {

  @Test
  void moneyThatIsBackWhileTheNoticeIsAnsweredDidNotComeFirst() {
    assertThat(PayDuels.winner("999", 1_000)).isEqualTo(Duel.Winner.FIRST);
    assertThat(PayDuels.winner("1001", 1_000)).isEqualTo(Duel.Winner.SECOND);
    assertThat(PayDuels.winner(null, 1_000)).isEqualTo(Duel.Winner.SECOND);
  }
}
