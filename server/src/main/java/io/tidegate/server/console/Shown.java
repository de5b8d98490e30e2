package io.tidegate.server.console;

import io.tidegate.shop.kernel.Money;
import java.math.BigDecimal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How the console writes amounts, times and what is personal. */
final class Shown {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
  private static final DateTimeFormatter OFFSET = DateTimeFormatter.ofPattern("xxx");
  private static final String DASH = "–";

  private Shown() {}

  /**
   * A moment.
   *
   * @param iso for programs, in UTC
   * @param text for people, in the business's zone
   */
  public record Moment(String iso, String text) {}

  /** A moment in the business's zone; a dash where there is none. */
  static Moment moment(@Nullable Instant at, ZoneId zone) {
    return at == null
        ? new Moment("", DASH)
        : new Moment(at.toString(), TIME.format(at.atZone(zone)));
  }

  /** The zone with its distance from UTC today. */
  static String zone(ZoneId zone, Instant now) {
    return zone.getId() + " (UTC" + OFFSET.format(now.atZone(zone)) + ")";
  }

  /** An amount with its currency's sign: {@code ¥1,299.00}; others by code: {@code JPY 1,200}. */
  static String money(Money money) {
    int digits = money.fractionDigits();
    var format =
        new DecimalFormat(
            digits == 0 ? "#,##0" : "#,##0." + "0".repeat(digits),
            DecimalFormatSymbols.getInstance(Locale.ROOT));
    String amount = format.format(BigDecimal.valueOf(Math.abs(money.amount()), digits));
    String sign = money.amount() < 0 ? "-" : "";
    return sign + (money.currency().equals(Money.CNY) ? "¥" : money.currency() + " ") + amount;
  }

  /** A phone number with its middle hidden: {@code 138****1234}. */
  static String phone(String phone) {
    int length = phone.length();
    if (length < 7) {
      return "****";
    }
    return phone.substring(0, Math.min(3, length - 4)) + "****" + phone.substring(length - 4);
  }

  /** A name of which only the first character is shown. */
  static String name(String name) {
    return first(name, 1) + "**";
  }

  /** A street of which only the beginning is shown. */
  static String street(String line) {
    return first(line, 4) + "****";
  }

  static String first(String text, int characters) {
    int length = text.codePointCount(0, text.length());
    return text.substring(0, text.offsetByCodePoints(0, Math.min(characters, length)));
  }
}
