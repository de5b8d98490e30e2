package io.tidegate.shop.kernel;

import java.util.regex.Pattern;

/** A stock keeping unit's code, such as {@code TG-PHN-001-BK}: 1-64 of A-Z, 0-9 and dash. */
public record SkuCode(String value) implements Comparable<SkuCode> {

  private static final Pattern FORM = Pattern.compile("[A-Z0-9-]{1,64}");

  public SkuCode {
    if (!isValid(value)) {
      throw new IllegalArgumentException("no SKU code");
    }
  }

  public static boolean isValid(String value) {
    return FORM.matcher(value).matches();
  }

  @Override
  public int compareTo(SkuCode other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
