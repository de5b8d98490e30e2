package io.tidegate.shop.aftersales;

import io.tidegate.shop.payment.Parking;
import java.util.List;

/** What a person can do about a parked capture, and what that does. */
public enum ParkedChoice {
  REFUND(
      "The provider is asked what it took; that goes back to the customer under a number of its"
          + " own. The order stays as it is."),
  DISMISS(
      "Nothing goes back: the money was never ours, or somebody has seen to it in another way. The"
          + " order stays as it is.");

  private final String does;

  ParkedChoice(String does) {
    this.does = does;
  }

  public String does() {
    return does;
  }

  /** Its name in JSON. */
  public String wire() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** What is possible: nobody here can give back what somebody else's account got. */
  public static List<ParkedChoice> of(Parking.Why why) {
    return switch (why) {
      case AMOUNT -> List.of(REFUND, DISMISS);
      case MISDIRECTED -> List.of(DISMISS);
    };
  }
}
