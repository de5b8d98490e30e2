package io.tidegate.shop.customer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an invoice must say to be written. */
public final class InvoiceRules {

  /** As much as an electronic invoice's title holds. */
  public static final int TITLE_CHARS_MAX = 100;

  public static final int TAX_NUMBER_CHARS_MAX = 20;

  /** What stands on a person's invoice where no title is given. */
  public static final String PERSONAL_TITLE = "个人";

  /** GB 32100: digits and letters without I, O, S, V, Z; the place of each is its value. */
  private static final String CREDIT_CODE_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY";

  private static final int CREDIT_CODE_LENGTH = 18;

  /** Who registered it, of what kind, where, and which organisation, before the check character. */
  private static final Pattern CREDIT_CODE =
      Pattern.compile("[1-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}");

  /** A region and an organisation's code, until 2015. */
  private static final Pattern LEGACY_15 = Pattern.compile("[0-9]{6}[0-9A-Z]{9}");

  /** A sole trader's: the number of an identity card and two digits. */
  private static final Pattern LEGACY_20 = Pattern.compile("[0-9]{17}[0-9X][0-9]{2}");

  private InvoiceRules() {}

  /** The kinds of invoices, as outside programs name them. */
  public enum Type {
    NONE,
    PERSONAL,
    COMPANY;

    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One thing that is wrong.
   *
   * @param field the invoice's field as outside programs name it
   * @param detail never repeats the value
   */
  public record Fault(String field, String detail) {}

  /** Tells everything that is wrong with an invoice; empty when nothing is. */
  public static List<Fault> faults(Type type, @Nullable String title, @Nullable String taxNumber) {
    List<Fault> faults = new ArrayList<>();
    switch (type) {
      case NONE -> {
        unwanted(faults, "title", title);
        unwanted(faults, "taxNumber", taxNumber);
      }
      case PERSONAL -> {
        if (title != null) {
          title(faults, title);
        }
        unwanted(faults, "taxNumber", taxNumber);
      }
      case COMPANY -> {
        title(faults, title == null ? "" : title);
        if (taxNumber == null || !isTaxNumber(normal(taxNumber))) {
          faults.add(
              new Fault(
                  "taxNumber",
                  "must be a unified social credit code (18), or a legacy tax number (15 or 20)"));
        }
      }
    }
    return List.copyOf(faults);
  }

  /**
   * The invoice that was asked for.
   *
   * @throws IllegalArgumentException where {@link #faults} tells some
   */
  public static Invoice invoice(Type type, @Nullable String title, @Nullable String taxNumber) {
    if (!faults(type, title, taxNumber).isEmpty()) {
      throw new IllegalArgumentException("no invoice can be written like that");
    }
    return switch (type) {
      case NONE -> Invoice.none();
      case PERSONAL -> new Invoice.Personal(title == null ? PERSONAL_TITLE : title.strip());
      case COMPANY -> new Invoice.Company(given(title).strip(), normal(given(taxNumber)));
    };
  }

  /** Whether a number is a company's for taxes: small letters are none. */
  static boolean isTaxNumber(String number) {
    return number.length() == CREDIT_CODE_LENGTH
        ? isCreditCode(number)
        : (LEGACY_15.matcher(number).matches() || LEGACY_20.matcher(number).matches())
            && number.chars().distinct().count() > 1; // one digit only is no company, but a filler
  }

  private static boolean isCreditCode(String code) {
    return CREDIT_CODE.matcher(code).matches()
        && checkCharacter(code) == code.charAt(CREDIT_CODE_LENGTH - 1);
  }

  /** The last character that the first 17 ask for: their sum by powers of 3, modulo 31. */
  static char checkCharacter(String code) {
    int modulus = CREDIT_CODE_CHARS.length();
    int sum = 0;
    int weight = 1;
    for (int i = 0; i < CREDIT_CODE_LENGTH - 1; i++) {
      sum += CREDIT_CODE_CHARS.indexOf(code.charAt(i)) * weight;
      weight = weight * 3 % modulus;
    }
    return CREDIT_CODE_CHARS.charAt((modulus - sum % modulus) % modulus);
  }

  private static String normal(String taxNumber) {
    return taxNumber.strip().toUpperCase(Locale.ROOT);
  }

  private static String given(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static void unwanted(List<Fault> faults, String field, @Nullable String value) {
    if (value != null) {
      faults.add(new Fault(field, "is not wanted for this type"));
    }
  }

  private static void title(List<Fault> faults, String title) {
    int chars = title.codePointCount(0, title.length());
    if (title.isBlank() || chars > TITLE_CHARS_MAX) {
      faults.add(new Fault("title", "must have 1 to " + TITLE_CHARS_MAX + " characters"));
    } else if (title.codePoints().anyMatch(AddressRules::isUnprintable)) {
      faults.add(new Fault("title", "must not have control characters"));
    }
  }
}
