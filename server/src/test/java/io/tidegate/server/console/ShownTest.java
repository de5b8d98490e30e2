package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Money;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          129900 | CNY | ¥1,299.00
          5      | CNY | ¥0.05
          -1000  | CNY | -¥10.00
          120000 | JPY | JPY 120,000
          1234   | KWD | KWD 1.234
          """)
  void moneyHasItsSignAndItsDigits(long amount, String currency, String shown) {
    assertThat(Shown.money(new Money(amount, currency))).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({
    "13812341234,138****1234",
    "057112345,057****2345",
    "12345,****",
    "1234567,123****4567"
  })
  void phonesHideTheirMiddle(String phone, String shown) {
    assertThat(Shown.phone(phone)).isEqualTo(shown);
  }

  @Test
  void namesAndStreetsShowTheirBeginning() {
    assertThat(Shown.name("李小明")).isEqualTo("李**");
    assertThat(Shown.name("𠮷田")).isEqualTo("𠮷**");
    assertThat(Shown.name("")).isEqualTo("**");
    assertThat(Shown.street("文三路 100 号")).isEqualTo("文三路 ****");
  }

  @Test
  void timesAreOfTheBusinesssZone() {
    Instant at = Instant.parse("2026-11-22T16:30:01.500Z");
    ZoneId zone = ZoneId.of("Asia/Shanghai");
    assertThat(Shown.moment(at, zone))
        .isEqualTo(new Shown.Moment("2026-11-22T16:30:01.500Z", "2026-11-23 00:30:01"));
    assertThat(Shown.zone(zone, at)).isEqualTo("Asia/Shanghai (UTC+08:00)");
  }

  @ParameterizedTest
  @CsvSource({
    "/console/orders/7, /console/orders/7",
    "/console, /console",
    "//evil.example, /other",
    "https://evil.example, /other",
    "/consoles, /other",
    "/console/\\evil, /other",
  })
  void onlyTheConsolesOwnPathsAreFollowed(String path, String followed) {
    assertThat(SignInPages.local(path, "/other")).isEqualTo(followed);
    assertThat(SignInPages.local("/console/a\nb", "/other")).isEqualTo("/other");
  }

  @Test
  void triesAreCountedByAddressAndByName() {
    var now = new AtomicReference<>(Instant.parse("2026-11-22T16:30:00Z"));
    var tries = new SignInTries(now::get);
    for (int i = 0; i < SignInTries.PER_ADDRESS_MAX; i++) {
      assertThat(tries.begin("name" + i, "10.0.0.1")).isTrue();
    }
    assertThat(tries.begin("other", "10.0.0.1")).isFalse();
    assertThat(tries.begin("other", "10.0.0.2")).isTrue();
    for (int i = 0; i < SignInTries.PER_NAME_MAX; i++) {
      assertThat(tries.begin("admin", "10.1.0." + i)).isTrue();
    }
    assertThat(tries.begin("admin", "10.2.0.1")).isFalse();
    now.set(now.get().plus(SignInTries.WINDOW).plus(Duration.ofSeconds(1)));
    assertThat(tries.begin("admin", "10.0.0.1")).isTrue();
  }
}
