package io.tidegate.shop.kernel;

/**
 * What stands in an archived document in the place of what people wrote: a mark and the id of its
 * refund, return or cancellation. The words themselves stay where they can be erased.
 */
public final class WordsMark {
  public static final String REASON = "~words of ";
  public static final String PICTURES = "~pictures of ";

  private WordsMark() {}

  /** The id of an order's cancellation, of which there is one. */
  public static String cancellation(OrderNumber order) {
    return order + "c1";
  }
}
