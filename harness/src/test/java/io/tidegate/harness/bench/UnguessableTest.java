package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A secret is as long as a trace has to be, and another one each time. */
final class UnguessableTest {
  @Test
  void sixteen_bytes_are_told_as_hex() {
    assertThat(Unguessable.hex()).matches("[0-9a-f]{32}").isNotEqualTo(Unguessable.hex());
  }
}
