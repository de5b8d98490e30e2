package io.tidegate.shop.notification;

import io.tidegate.shop.kernel.Money;

/** An amount as messages show it: with the currency's sign where everybody knows it. */
public final class ShownAmount {

  private ShownAmount() {}

  public static String of(Money money) {
    return (money.currency().equals(Money.CNY) ? "¥" : money.currency() + " ") + money.decimal();
  }
}
