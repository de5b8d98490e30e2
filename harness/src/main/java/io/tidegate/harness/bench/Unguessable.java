package io.tidegate.harness.bench;

import java.security.SecureRandom;
import java.util.HexFormat;

/** What nobody else has, and nobody guesses: a secret that notices are signed with, or a trace. */
public final class Unguessable {
  private static final int BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Unguessable() {}

  /** 16 random bytes as hex. */
  public static String hex() {
    byte[] random = new byte[BYTES];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
