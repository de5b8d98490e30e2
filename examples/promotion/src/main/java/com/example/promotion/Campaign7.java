package com.example.promotion;

/**
 * The campaign of version 7, which has two parameters more: twice the points in Zhejiang, and none
 * for what was bought in a flash sale.
 */
final class Campaign7 {
  static final String FLASH_SALE = "flash_sale";

  /** What the codes of all districts of the province begin with. */
  private static final String ZHEJIANG = "33";

  private Campaign7() {}

  /**
   * What an order brings.
   *
   * @param region the 6-digit code of the district that it goes to
   * @param channel one that nobody has told us of is like the shop
   */
  static Award award(
      String order,
      String user,
      long amount,
      String currency,
      String paidAt,
      String region,
      String channel) {
    Award plain = Campaign5.award(order, user, amount, currency, paidAt);
    if (channel.equals(FLASH_SALE)) {
      return new Award(order, user, 0);
    }
    return region.startsWith(ZHEJIANG) ? new Award(order, user, 2 * plain.points()) : plain;
  }
}
