package io.tidegate.server.console;

import io.tidegate.platform.http.Form;
import io.tidegate.platform.http.Problem;
import io.tidegate.shop.kernel.Money;
import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What staff typed into a form, read strictly: whatever is wrong with it is a 400. */
final class Typed {
  private static final int NUMBER_CHARS_MAX = 20;
  private static final Pattern AMOUNT = Pattern.compile("[0-9]+(?:\\.[0-9]+)?");

  private final Form form;

  Typed(Form form) {
    this.form = form;
  }

  /** A text without blanks around it, of 1 to {@code charsMax} characters. */
  String text(String field, int charsMax) {
    String text = form.required(field, charsMax).strip();
    if (text.isEmpty()) {
      throw Problem.invalid("/" + field, "must not be empty");
    }
    return text;
  }

  /** The same, or empty where nothing was typed. */
  String optional(String field, int charsMax) {
    String text = form.get(field);
    return text == null || text.isBlank() ? "" : text(field, charsMax);
  }

  /** Whether a box is ticked. */
  boolean ticked(String field) {
    return form.get(field) != null;
  }

  int integer(String field, int min, int max) {
    String text = text(field, NUMBER_CHARS_MAX);
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException _) {
      // told below
    }
    throw Problem.invalid("/" + field, "must be an integer from " + min + " to " + max);
  }

  /** An amount as people write it, such as {@code 12.50}, in minor units. */
  long amount(String field, String currency, long min, long max) {
    Long minor = minor(text(field, NUMBER_CHARS_MAX), currency);
    if (minor != null && minor >= min && minor <= max) {
      return minor;
    }
    throw Problem.invalid("/" + field, "must be an amount of " + currency);
  }

  /** The minor units of an amount as people write it; null where it is none. */
  static @Nullable Long minor(String text, String currency) {
    // Exponents would make a number of millions of digits out of a few characters.
    if (text.length() > NUMBER_CHARS_MAX || !AMOUNT.matcher(text).matches()) {
      return null;
    }
    try {
      int digits = Money.zero(currency).fractionDigits();
      return new BigDecimal(text).movePointRight(digits).longValueExact();
    } catch (ArithmeticException _) {
      return null;
    }
  }

  /** The same; null where nothing was typed. */
  @Nullable Long optionalAmount(String field, String currency, long min, long max) {
    return optional(field, NUMBER_CHARS_MAX).isEmpty() ? null : amount(field, currency, min, max);
  }
}
