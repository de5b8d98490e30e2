package io.tidegate.platform.identity;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a token must say, and how many verified ones are remembered.
 *
 * @param issuer the only accepted {@code iss}
 * @param audience must be among {@code aud}
 * @param jwksUrl where an external issuer publishes its keys; null: our own keys sign
 * @param leeway how far {@code exp} and {@code nbf} may be off, for clocks of others
 * @param timeout of connecting to and of reading from {@code jwksUrl}
 * @param cacheTokensMax verified tokens kept in memory (about 700 bytes each)
 */
public record IdentitySettings(
    String issuer,
    String audience,
    @Nullable URI jwksUrl,
    Duration leeway,
    Duration timeout,
    int cacheTokensMax) {
  public IdentitySettings {
    if (issuer.isBlank() || audience.isBlank()) {
      throw new IllegalArgumentException("issuer and audience must not be empty");
    }
    if (cacheTokensMax < 2) {
      throw new IllegalArgumentException("cacheTokensMax must be at least 2");
    }
  }

  /** Our own tokens: no leeway, 100,000 remembered. */
  public static IdentitySettings local(String issuer, String audience) {
    return new IdentitySettings(
        issuer, audience, null, Duration.ZERO, Duration.ofSeconds(2), 100_000);
  }

  /** Tokens of an external issuer: 10 s leeway, 2 s to fetch its keys, 100,000 remembered. */
  public static IdentitySettings external(String issuer, String audience, URI jwksUrl) {
    return new IdentitySettings(
        issuer, audience, jwksUrl, Duration.ofSeconds(10), Duration.ofSeconds(2), 100_000);
  }
}
