package io.tidegate.shop.payment;

import java.net.URI;
import java.util.function.Supplier;

/**
 * Who we are at Stripe.
 *
 * @param api where calls go
 * @param returnUrl where a browser goes after paying
 * @param keys asked for at each use: a demo's are made while the system starts
 */
public record StripeAccount(URI api, String returnUrl, Supplier<Keys> keys) {

  /**
   * What both sides know.
   *
   * @param secretKey {@code sk_...}: says who calls
   * @param webhookSecret {@code whsec_...}: signs events
   */
  public record Keys(String secretKey, String webhookSecret) {
    boolean isLive() {
      return secretKey.startsWith("sk_live_") || secretKey.startsWith("rk_live_");
    }

    @Override
    public String toString() {
      return "Keys[******]";
    }
  }
}
