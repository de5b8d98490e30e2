package io.tidegate.server.config;

/**
 * A value that only its user may see: printed, it shows stars.
 *
 * @param text the value; empty where nobody gave one
 */
public record Secret(String text) {
  /** What is shown instead of a secret. */
  public static final String MASK = "******";

  /** Where nobody gave one. */
  public static final Secret NONE = new Secret("");

  /** Whether there is one. */
  public boolean isGiven() {
    return !text.isEmpty();
  }

  @Override
  public String toString() {
    return isGiven() ? MASK : "";
  }
}
