package io.tidegate.shop.effects;

import io.tidegate.platform.http.SignedCalls;
import io.tidegate.shop.kernel.Money;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a paid order brings its customer: our own rules, or a system outside. Asked again
 * about an order, it says the same again.
 */
public interface Grantor {

  /** Asks and waits for what is known after it; bounded in time by itself, never in a failure. */
  GrantAnswer decide(GrantQuestion question);

  /** The same without asking anybody; null where somebody has to be asked. */
  default @Nullable GrantOffer atOnce(long order, long userId, Money paidTotal) {
    return null;
  }

  /** Our own rules. */
  static Grantor ours(EffectService.Rules rules) {
    return new OwnGrantor(rules);
  }

  /** A system outside, signed both ways. */
  static Grantor signed(SignedCalls calls) {
    return new SignedGrantor(calls);
  }
}
