package io.tidegate.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Moments are written as the JDK reads them, always with milliseconds. */
class Rfc3339Test {

  @Test
  void whatIsWrittenIsReadAsTheSameMoment() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      Instant moment = Instant.ofEpochMilli(random.nextLong(253_402_300_800_000L));
      String text = written(moment);
      assertThat(text).hasSize(Rfc3339.LENGTH);
      assertThat(Instant.parse(text)).isEqualTo(moment);
    }
  }

  @Test
  void millisecondsAreThereAlsoWhenTheyAreZero() {
    assertThat(written(Instant.EPOCH)).isEqualTo("1970-01-01T00:00:00.000Z");
  }

  private static String written(Instant moment) {
    byte[] bytes = new byte[Rfc3339.LENGTH];
    assertThat(Rfc3339.write(moment, bytes, 0)).isEqualTo(Rfc3339.LENGTH);
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
