package io.tidegate.shop.kernel;

/** A stock keeping unit's code, such as {@code TG-PHN-001-BK}: 1-64 of A-Z, 0-9 and dash. */
public record SkuCode(String value) implements Comparable<SkuCode> {

  /** Characters of the longest code. */
  public static final int CHARS_MAX = 64;

  public SkuCode {
    if (!isValid(value)) {
      throw new IllegalArgumentException("no SKU code");
    }
  }

  public static boolean isValid(String value) {
    if (value.isEmpty() || value.length() > CHARS_MAX) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-') {
        return false;
      }
    }
    return true;
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
