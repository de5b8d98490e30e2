package io.tidegate.shop.reporting;

import io.tidegate.shop.kernel.OrderNumber;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An order as the archive has it: what the API answers about it, without the people in it.
 *
 * @param number lies in the month of {@code createdAt}, and has the bucket of {@code userId}
 * @param state its name in JSON
 * @param total in minor units
 * @param external the number that another shop gave it; null: it was placed here
 * @param summary its row of the list, JSON
 * @param document the whole order, a JSON object without address and invoice
 * @param timeline a JSON array of steps, oldest first, versions from 1 without a gap
 * @param tracking a JSON array of what carriers said
 */
public record ArchivedOrder(
    OrderNumber number,
    long userId,
    Instant createdAt,
    String state,
    int version,
    long total,
    String currency,
    @Nullable String external,
    String summary,
    String document,
    String timeline,
    String tracking) {

  /** What it takes in memory, about. */
  long chars() {
    return 128L + summary.length() + document.length() + timeline.length() + tracking.length();
  }
}
