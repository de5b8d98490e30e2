package io.tidegate.shop.payment;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a person may do about a refund that waits. */
public enum RefundChoice {
  /** Under the same number: what was refused is called again, what is unknown is asked for now. */
  RETRY("tries again under the same number, at once; what is unknown is asked for first"),
  NEW_NUMBER("ends this number and asks the provider under another one, for the same amount"),
  BY_HAND("notes that the money went back outside the provider, with where it can be looked up"),
  GIVE_UP("ends it: the money stays here");

  private final String does;

  RefundChoice(String does) {
    this.does = does;
  }

  /** What it does, in a few words. */
  public String does() {
    return does;
  }

  /** Its name in JSON. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * What may be done about this refund. While its outcome is unknown nothing but asking is safe: it
   * may have been done (M7). A number that was reversed is spent at its provider.
   */
  public static Set<RefundChoice> of(Refund refund) {
    return switch (refund.state()) {
      case REQUESTED, AT_PROVIDER, UNKNOWN -> EnumSet.of(RETRY);
      case NEEDS_PERSON -> EnumSet.allOf(RefundChoice.class);
      case REVERSED -> EnumSet.of(NEW_NUMBER, BY_HAND, GIVE_UP);
      case SUCCEEDED, ENDED -> EnumSet.noneOf(RefundChoice.class);
    };
  }
}
