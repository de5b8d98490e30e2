package io.tidegate.shop.aftersales;

import java.util.Locale;

/**
 * The table of the way back: its steps in their order, what each does, and what undoes it where the
 * refund is refused. docs/refunds.md shows the same table. Codes are bits that are stored.
 */
public enum WayBack {
  REQUEST(
      0,
      "writes the refund, and holds what the order earned: points, coupon, red packet. What of it is"
          + " spent already is deducted from the amount, or kept as debt",
      "what was held comes back to the customer"),
  STOP(
      1,
      "holds the pieces back in the warehouse; of this and of packing one wins. Pieces that came"
          + " back as a return need no stop",
      "the pieces are planned for shipping again"),
  APPROVE(
      2,
      "waits for two people where the amount is above the limit",
      "nothing: nobody has acted yet"),
  MONEY(
      3,
      "writes the number, then asks the provider under it until it says yes or no; nothing below"
          + " happens before it said yes",
      "a person ends the number; money that is back stays back"),
  PERKS_TAKEN(
      4,
      "what was held of the order's perks is taken back for good",
      "nothing: it comes after the money, which stays back"),
  PERKS_RETURNED(
      5,
      "points, red packets and, with the last piece, the coupon that it used come back",
      "nothing: it comes after the money, which stays back"),
  STOCK(6, "the pieces can be sold again", "nothing: it comes after the money, which stays back"),
  MESSAGE(7, "the customer is told", "nothing: it comes after the money, which stays back"),
  ORDER(
      8,
      "the order shows what is refunded, and is refunded with its last piece",
      "the order is open again, only when the provider takes the money back");

  private final int code;
  private final String does;
  private final String undo;

  WayBack(int code, String does, String undo) {
    this.code = code;
    this.does = does;
    this.undo = undo;
  }

  /** Its bit among the steps that are done. */
  int bit() {
    return 1 << code;
  }

  /** What it does. */
  public String does() {
    return does;
  }

  /** What undoes it. */
  public String undo() {
    return undo;
  }

  /** Its name in JSON. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
