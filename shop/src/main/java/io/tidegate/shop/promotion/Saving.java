package io.tidegate.shop.promotion;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * What a promotion takes off a basket.
 *
 * @param id the promotion's
 * @param perLine minor units for each line of the basket, none negative, at least one positive
 */
public record Saving(String id, String title, long[] perLine) {

  public long total() {
    return LongStream.of(perLine).sum();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Saving(String otherId, String otherTitle, long[] otherLines)
        && id.equals(otherId)
        && title.equals(otherTitle)
        && Arrays.equals(perLine, otherLines);
  }

  @Override
  public int hashCode() {
    return 31 * id.hashCode() + Arrays.hashCode(perLine);
  }

  @Override
  public String toString() {
    return "Saving[" + id + " " + Arrays.toString(perLine) + "]";
  }
}
