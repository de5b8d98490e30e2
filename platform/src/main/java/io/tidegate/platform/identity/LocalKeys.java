package io.tidegate.platform.identity;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import io.tidegate.platform.clock.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Our own keys in memory; asks the store again when a token names one that is not known. */
final class LocalKeys implements JWKSource<SecurityContext> {
  /** Tokens with invented key ids must not become queries: the store is asked this seldom. */
  static final Duration RELOAD_AFTER = Duration.ofSeconds(1);

  private final SigningKeys store;
  private final Clock clock;
  private volatile @Nullable Loaded loaded;

  LocalKeys(SigningKeys store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  SigningKey newest() {
    return loaded().keys().getFirst();
  }

  JWKSet current() {
    return loaded().set();
  }

  @Override
  public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) {
    List<JWK> found = selector.select(current());
    return found.isEmpty() ? selector.select(reloaded().set()) : found;
  }

  private Loaded loaded() {
    Loaded now = loaded;
    return now == null ? load(0) : now;
  }

  private Loaded reloaded() {
    Loaded now = loaded();
    return clock.millis() - now.atMillis() < RELOAD_AFTER.toMillis() ? now : load(now.version());
  }

  private synchronized Loaded load(int seenVersion) {
    Loaded now = loaded;
    if (now != null && now.version() != seenVersion) {
      return now;
    }
    List<SigningKey> keys = List.copyOf(store.all());
    if (keys.isEmpty()) {
      throw new IllegalStateException("there is no signing key");
    }
    var fresh =
        new Loaded(
            seenVersion + 1,
            clock.millis(),
            keys,
            new JWKSet(keys.stream().map(SigningKey::jwk).toList()));
    loaded = fresh;
    return fresh;
  }

  private record Loaded(int version, long atMillis, List<SigningKey> keys, JWKSet set) {}
}
