package io.tidegate.shop.flashsale;

import org.jspecify.annotations.Nullable;

/**
 * What a gate remembers of an Idempotency-Key. Two keys may have the same: whoever seems to repeat
 * one only goes the long way, where it is looked at exactly.
 */
final class KeyHash {

  /** Of no key; a key may have it too. */
  static final int NONE = 0;

  private KeyHash() {}

  /** The same for a key quoted or bare. */
  static int of(@Nullable String header) {
    if (header == null) {
      return NONE;
    }
    int hash = 1;
    for (int i = 0; i < header.length(); i++) {
      char c = header.charAt(i);
      if (c != '"' && c != '\\') {
        hash = 31 * hash + c;
      }
    }
    return hash;
  }
}
