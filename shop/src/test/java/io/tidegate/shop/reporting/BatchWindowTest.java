package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The batches that were named last. */
final class BatchWindowTest {

  @Test
  void aWindowForgetsTheOldest() {
    BatchWindow window = new BatchWindow(2);
    BatchWindow.Key one = new BatchWindow.Key(1, new UUID(1, 1));
    BatchWindow.Key two = new BatchWindow.Key(1, new UUID(1, 2));
    BatchWindow.Key three = new BatchWindow.Key(2, new UUID(1, 1));
    assertThat(window.add(one)).isTrue();
    assertThat(window.add(two)).isTrue();
    assertThat(window.add(one)).isFalse();
    assertThat(window.add(three)).isTrue();
    assertThat(window.add(one)).as("forgotten").isTrue();
    assertThat(BatchWindow.keys(BatchWindow.bytes(List.of(one, three))))
        .containsExactly(one, three);
  }
}
