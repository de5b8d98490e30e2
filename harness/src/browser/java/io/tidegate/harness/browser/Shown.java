package io.tidegate.harness.browser;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** How people should read what the API tells. */
final class Shown {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneId.of("Asia/Shanghai"));

  private Shown() {}

  static String money(JsonNode money) {
    long amount = money.path("amount").asLong();
    return (amount < 0 ? "-" : "")
        + "¥"
        + String.format(Locale.ROOT, "%,.2f", BigDecimal.valueOf(Math.abs(amount), 2));
  }

  static String time(JsonNode time) {
    return TIME.format(Instant.parse(time.asString()));
  }
}
