package io.tidegate.shop.effects;

import io.tidegate.shop.kernel.Money;

/**
 * What is asked about a paid order: what it brings its customer.
 *
 * @param paidTotal what it was paid with, freight included
 * @param json the form of it that goes outside, the same whenever it is asked again
 */
public record GrantQuestion(long order, long userId, Money paidTotal, String json) {

  /** Its name, made of the order alone: whoever answers answers it the same again. */
  public String name() {
    return order + "-grants";
  }
}
