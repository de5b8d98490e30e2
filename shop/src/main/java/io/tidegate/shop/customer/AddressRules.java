package io.tidegate.shop.customer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What an address must be like to be delivered to. */
public final class AddressRules {

  public static final int NAME_CHARS_MAX = 64;
  public static final int PHONE_CHARS_MAX = 32;
  public static final int LINE_CHARS_MAX = 200;

  /** Mobile numbers of mainland China. */
  private static final Pattern MOBILE = Pattern.compile("1[3-9][0-9]{9}");

  /** Its landlines: area code, 7 or 8 digits, perhaps an extension. */
  private static final Pattern LANDLINE =
      Pattern.compile("0[1-9][0-9]{1,2}-?[2-9][0-9]{6,7}(-[0-9]{1,6})?");

  /** Everywhere else: ITU-T E.164. */
  private static final Pattern INTERNATIONAL = Pattern.compile("\\+[1-9][0-9]{6,14}");

  private AddressRules() {}

  /**
   * One thing that is wrong.
   *
   * @param field the address's field as outside programs name it
   * @param detail never repeats the value
   */
  public record Fault(String field, String detail) {}

  /**
   * Tells everything that is wrong with an address; empty when nothing is.
   *
   * @param districts whether a 6-digit code is a district that parcels go to
   */
  public static List<Fault> faults(Address address, Predicate<String> districts) {
    List<Fault> faults = new ArrayList<>();
    text(faults, "name", address.name(), NAME_CHARS_MAX);
    if (!isPhone(address.phone())) {
      faults.add(
          new Fault("phone", "must be a mobile or landline number of China, or +CountryNumber"));
    }
    if (!districts.test(address.region())) {
      faults.add(new Fault("region", "must be the 6-digit code of a district"));
    }
    text(faults, "line", address.line(), LINE_CHARS_MAX);
    return List.copyOf(faults);
  }

  private static boolean isPhone(String phone) {
    return MOBILE.matcher(phone).matches()
        || LANDLINE.matcher(phone).matches()
        || INTERNATIONAL.matcher(phone).matches();
  }

  private static void text(List<Fault> faults, String field, String value, int charsMax) {
    int chars = value.codePointCount(0, value.length());
    if (value.isBlank() || chars > charsMax) {
      faults.add(new Fault(field, "must have 1 to " + charsMax + " characters"));
    } else if (value.codePoints().anyMatch(AddressRules::isUnprintable)) {
      faults.add(new Fault(field, "must not have control characters"));
    }
  }

  /** Control characters and halves of surrogate pairs: a label can't show them. */
  static boolean isUnprintable(int codePoint) {
    int type = Character.getType(codePoint);
    return type == Character.CONTROL || type == Character.SURROGATE;
  }
}
