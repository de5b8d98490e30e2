package io.tidegate.shop.reconciliation;

import io.tidegate.shop.payment.StatementLine;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a person may do about a difference. */
public enum Action {
  /** Asks the provider, and takes what it says into our book as any answer of it is taken. */
  ASK_AGAIN("asks the provider, and takes its answer into our book"),
  /**
   * Takes the payment into our book where its provider confirms it; what isn't its order's goes
   * back.
   */
  REFUND(
      "takes the payment into our book as the provider confirms it; what is not its order's is refunded"),
  RETRY_REFUND("has the refused refund tried again, under the same number"),
  /** Notes why it may stand as it is. */
  ACCEPT("leaves both as they are, with a note that says why");

  private final String does;

  Action(String does) {
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

  public static Optional<Action> ofWire(String text) {
    for (Action action : values()) {
      if (action.wire().equals(text)) {
        return Optional.of(action);
      }
    }
    return Optional.empty();
  }

  /** What may be done about such a difference; {@link DifferenceDesk#actions} knows what can. */
  static Set<Action> of(Difference difference) {
    if (!difference.isOpen()) {
      return EnumSet.noneOf(Action.class);
    }
    Set<Action> actions = EnumSet.of(ACCEPT);
    if (difference.order() == 0) {
      return actions; // the number is none of ours: nobody here can be asked about it
    }
    boolean payment = difference.type() == StatementLine.Type.PAYMENT;
    switch (difference.kind()) {
      case THEIRS_ONLY -> {
        if (payment) {
          actions.add(ASK_AGAIN);
          if (!difference.transaction().isEmpty()) { // else nothing tells which payment it is
            actions.add(REFUND);
          }
        }
      }
      case OURS_ONLY, AMOUNT -> {
        if (payment) {
          actions.add(ASK_AGAIN);
        }
      }
      case STATE -> {
        switch (String.valueOf(difference.oursState())) {
          case "requested", "at_provider", "unknown", "succeeded" -> actions.add(ASK_AGAIN);
          // A person ended it, and it went back all the same: asking finds that out.
          case "replaced", "by_hand", "given_up" -> actions.add(ASK_AGAIN);
          case "needs_person" -> actions.add(RETRY_REFUND);
          default -> {
            // it is about nothing that can be asked
          }
        }
      }
      case MISSING_REFUND -> actions.add(ASK_AGAIN);
      case OTHER_DAY -> {}
    }
    return actions;
  }
}
