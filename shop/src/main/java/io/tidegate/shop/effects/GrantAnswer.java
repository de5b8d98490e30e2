package io.tidegate.shop.effects;

/** What is known after a question about what an order brings. */
public sealed interface GrantAnswer {

  /** It was said, and proved. */
  record Said(GrantOffer offer) implements GrantAnswer {}

  /** It was said that it is not decided yet. */
  record Later() implements GrantAnswer {}

  /**
   * Nobody knows: no answer, or none that counts or can be read.
   *
   * @param why a code without personal data, such as {@code timed_out}
   */
  record Unknown(String why) implements GrantAnswer {}
}
