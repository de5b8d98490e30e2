package io.tidegate.shop.customer;

import io.tidegate.shop.kernel.ResourceLines;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The districts of China that an address may name, by their 6-digit code of GB/T 2260.
 *
 * <p>Immutable, read once from {@code regions.tsv}. Held as arrays sorted by code, each name once:
 * some 150 kB.
 */
public final class Regions {

  private static final int CODE_DIGITS = 6;
  private static final int FIELDS = 4;
  private static final int DISTRICTS_MAX = 4_000;
  private static final int PROVINCE_DIVISOR = 10_000;
  private static final Regions ALL = new Regions(ResourceLines.bytes(Regions.class, "regions.tsv"));

  private final byte[] table;

  /** The codes, rising, and beside each the position in {@link #table} where its line begins. */
  private final int[] codes;

  private final int[] starts;

  private Regions(byte[] table) {
    this.table = table;
    int[] found = new int[DISTRICTS_MAX];
    int[] at = new int[DISTRICTS_MAX];
    int count = 0;
    for (int start = 0; start < table.length; start = lineEnd(start) + 1) {
      if (table[start] == '#') {
        continue;
      }
      int code = Integer.parseInt(new String(table, start, CODE_DIGITS, StandardCharsets.US_ASCII));
      if (count > 0 && code <= found[count - 1]) {
        throw new IllegalStateException("regions.tsv is not sorted at " + code);
      }
      found[count] = code;
      at[count++] = start;
    }
    codes = Arrays.copyOf(found, count);
    starts = Arrays.copyOf(at, count);
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
    return i < 0 ? Optional.empty() : Optional.of(namesAt(i));
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
    return inside ? Optional.of(namesAt(i).province()) : Optional.empty();
  }

  /** The codes of all districts, rising. */
  public List<String> codes() {
    return Arrays.stream(codes).mapToObj(Integer::toString).toList();
  }

  private RegionNames namesAt(int i) {
    int start = starts[i];
    String line = new String(table, start, lineEnd(start) - start, StandardCharsets.UTF_8);
    String[] fields = ResourceLines.fields(line, FIELDS);
    return new RegionNames(fields[1], fields[2], fields[3]);
  }

  private int lineEnd(int start) {
    int end = start;
    while (end < table.length && table[end] != '\n') {
      end++;
    }
    return end;
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
