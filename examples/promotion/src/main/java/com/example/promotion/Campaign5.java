package com.example.promotion;

import java.time.Instant;

/** The campaign of version 5, which has five parameters: a point for each whole yuan. */
final class Campaign5 {
  private static final long FEN_A_POINT = 100;
  private static final Instant BEGINS = Instant.parse("2020-01-01T00:00:00Z");

  private Campaign5() {}

  /**
   * What an order brings.
   *
   * @param amount minor units of the currency
   * @param paidAt RFC 3339
   */
  static Award award(String order, String user, long amount, String currency, String paidAt) {
    boolean counts = currency.equals("CNY") && !Instant.parse(paidAt).isBefore(BEGINS);
    return new Award(order, user, counts ? amount / FEN_A_POINT : 0);
  }
}
