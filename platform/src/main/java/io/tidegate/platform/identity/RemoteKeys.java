package io.tidegate.platform.identity;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;

/** The keys that an external issuer publishes, cached and fetched with time-outs. */
final class RemoteKeys {
  /** Keys are asked for again after this, or when a token names an unknown one. */
  static final Duration CACHE_FOR = Duration.ofMinutes(5);

  /** No more than one fetch in this time, however many unknown keys are named. */
  static final Duration FETCH_EVERY = Duration.ofSeconds(30);

  /** The last keys stay good for this long while the issuer cannot be reached. */
  static final Duration OUTAGE_FOR = Duration.ofHours(1);

  static final int ANSWER_BYTES_MAX = 64 * 1024;

  private RemoteKeys() {}

  static JWKSource<SecurityContext> of(IdentitySettings settings) {
    URI url = settings.jwksUrl();
    if (url == null) {
      throw new IllegalArgumentException("an external issuer needs the URL of its keys");
    }
    int timeoutMillis = Math.toIntExact(settings.timeout().toMillis());
    try {
      return JWKSourceBuilder.create(
              url.toURL(),
              new DefaultResourceRetriever(timeoutMillis, timeoutMillis, ANSWER_BYTES_MAX))
          .cache(CACHE_FOR.toMillis(), 2L * timeoutMillis)
          .rateLimited(FETCH_EVERY.toMillis())
          .retrying(true)
          .outageTolerant(OUTAGE_FOR.toMillis())
          .build();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("no URL: " + url, e);
    }
  }
}
