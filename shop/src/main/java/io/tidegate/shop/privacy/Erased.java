package io.tidegate.shop.privacy;

import io.tidegate.shop.kernel.OrderNumber;
import java.util.List;

/**
 * What an erasure did.
 *
 * @param addresses how many left the address book
 * @param entries how many were taken out of their draws, with their consignees
 * @param entriesDrawn how many are of draws that are being settled: each loses its consignee where
 *     it loses, and else with its order
 * @param orders how many orders lost their consignee and invoice now
 * @param kept orders under way, which lose them once they are at their end; the newest {@link
 *     #KEPT_SHOWN_MAX}
 * @param keptCount how many of those there are
 */
public record Erased(
    int addresses, int entries, int entriesDrawn, int orders, List<Kept> kept, int keptCount) {

  /** More than people have under way. */
  public static final int KEPT_SHOWN_MAX = 100;

  /**
   * An order that still needs its people.
   *
   * @param state its state's name
   */
  public record Kept(OrderNumber order, String state) {}

  public Erased {
    kept = List.copyOf(kept);
  }
}
