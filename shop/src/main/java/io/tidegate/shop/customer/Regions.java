package io.tidegate.shop.customer;

import io.tidegate.shop.kernel.ResourceLines;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The districts of China that an address may name, by their 6-digit code of GB/T 2260.
 *
 * <p>Immutable, read once from {@code regions.tsv}. Held as arrays sorted by code, each name once:
 * some 150 kB.
 */
public final class Regions {

  private static final int CODE_DIGITS = 6;
  private static final int PROVINCE_DIVISOR = 10_000;
  private static final Regions ALL = new Regions(ResourceLines.of(Regions.class, "regions.tsv"));

  private final int[] codes;
  private final String[] districts;
  private final String[] cities;
  private final String[] provinces;

  private Regions(List<String> lines) {
    codes = new int[lines.size()];
    districts = new String[codes.length];
    cities = new String[codes.length];
    provinces = new String[codes.length];
    Map<String, String> once = new HashMap<>();
    for (int i = 0; i < codes.length; i++) {
      String[] fields = ResourceLines.fields(lines.get(i), 4);
      codes[i] = Integer.parseInt(fields[0]);
      provinces[i] = once.computeIfAbsent(fields[1], name -> name);
      cities[i] = once.computeIfAbsent(fields[2], name -> name);
      districts[i] = once.computeIfAbsent(fields[3], name -> name);
      if (i > 0 && codes[i] <= codes[i - 1]) {
        throw new IllegalStateException("regions.tsv is not sorted at " + fields[0]);
      }
    }
  }

  public static Regions all() {
    return ALL;
  }

  /**
   * Whether an address may name this code: exactly six digits, of a district and of nothing larger
   * or unknown.
   */
  public boolean isDistrict(String code) {
    return index(code) >= 0;
  }

  /** The names of a district; empty where the code is none. */
  public Optional<RegionNames> names(String code) {
    int i = index(code);
    return i < 0
        ? Optional.empty()
        : Optional.of(new RegionNames(provinces[i], cities[i], districts[i]));
  }

  /**
   * The name of the province (municipality, autonomous region, SAR) that a 6-digit code of a
   * district, a city or the province itself lies in; empty where there is no such province.
   */
  public Optional<String> province(String code) {
    int number = number(code);
    if (number < 0) {
      return Optional.empty();
    }
    int from = number / PROVINCE_DIVISOR * PROVINCE_DIVISOR;
    int found = Arrays.binarySearch(codes, from);
    int i = found >= 0 ? found : -found - 1;
    boolean inside = i < codes.length && codes[i] / PROVINCE_DIVISOR == number / PROVINCE_DIVISOR;
    return inside ? Optional.of(provinces[i]) : Optional.empty();
  }

  /** The codes of all districts, rising. */
  public List<String> codes() {
    return Arrays.stream(codes).mapToObj(Integer::toString).toList();
  }

  private int index(String code) {
    int number = number(code);
    return number < 0 ? -1 : Arrays.binarySearch(codes, number);
  }

  /** Reads six ASCII digits, or -1: other scripts' digits, signs and blanks are no code. */
  private static int number(String code) {
    if (code.length() != CODE_DIGITS) {
      return -1;
    }
    int number = 0;
    for (int i = 0; i < CODE_DIGITS; i++) {
      char digit = code.charAt(i);
      if (digit < '0' || digit > '9') {
        return -1;
      }
      number = number * 10 + (digit - '0');
    }
    return number;
  }
}
