package io.tidegate.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long a batch waits for more, by how fast events come. */
class CompanyTest {
  private static final MessagingSettings SETTINGS = MessagingSettings.of("test-");
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** After a second in which so many events came. */
  private static Company after(int events) {
    Company company = new Company(SETTINGS, 0);
    company.took(events, SECOND);
    return company;
  }

  @Test
  void whereFewComeAnEventWaitsShortly() {
    for (Company company : new Company[] {new Company(SETTINGS, 0), after(1), after(300)}) {
      assertThat(company.wait(1)).isEqualTo(SETTINGS.linger());
      assertThat(company.wait(SETTINGS.lingerBelow() - 1)).isEqualTo(SETTINGS.linger());
      assertThat(company.wait(SETTINGS.lingerBelow())).isZero();
    }
  }

  @Test
  void whereTheyComeFastItIsForAWholeBatchButNeverLong() {
    assertThat(after(500).wait(1)).isBetween(Duration.ofMillis(140), SETTINGS.busyLinger());
    assertThat(after(500).wait(75)).as("what the longest wait would bring").isZero();
    assertThat(after(5_000).wait(50)).isEqualTo(Duration.ofMillis(40));
    assertThat(after(5_000).wait(249)).isLessThan(Duration.ofMillis(1));
    assertThat(after(5_000).wait(SETTINGS.busyBatch())).isZero();
    assertThat(after(1_000_000).wait(1)).isLessThan(Duration.ofMillis(1));
  }

  @Test
  void aPauseMakesItSlowAgain() {
    Company company = after(5_000);
    company.took(64, 60 * SECOND);
    assertThat(company.wait(1)).isEqualTo(SETTINGS.linger());
  }
}
