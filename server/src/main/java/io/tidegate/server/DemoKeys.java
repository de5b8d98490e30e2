package io.tidegate.server;

import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.shop.payment.RsaKeyText;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * The RSA keys with which a demo's simulated providers and we sign: made once, in the database, so
 * that all nodes have the same. Making them takes a moment of a core, so nobody waits for them
 * before they are used.
 */
final class DemoKeys {

  private static final int BITS = 2_048;
  private static final int SECRET_BYTES = 16;

  /**
   * A provider's keys, both private ones in Base64: who has the simulators needs the provider's.
   *
   * @param ours signs what we say
   * @param theirs signs what the provider says
   * @param secret 32 characters that both know
   */
  record Pair(String provider, String ours, String theirs, String secret) {
    String ourPublic() {
      return RsaKeyText.publicOf(ours);
    }

    String theirPublic() {
      return RsaKeyText.publicOf(theirs);
    }

    @Override
    public String toString() {
      return "Pair[" + provider + "]";
    }
  }

  private final Map<String, CompletableFuture<Pair>> pairs = new LinkedHashMap<>();

  private final DatabaseKeys keys;
  private final List<String> sharing;

  /**
   * @param providers that sign with RSA
   * @param sharing that only share a secret
   */
  DemoKeys(DatabaseKeys keys, List<String> providers, List<String> sharing) {
    this.keys = keys;
    this.sharing = List.copyOf(sharing);
    for (String provider : providers) {
      pairs.put(provider, new CompletableFuture<>());
    }
    Thread.ofPlatform()
        .daemon()
        .name("demo-keys")
        .start(() -> pairs.forEach((provider, pair) -> make(keys, provider, pair)));
  }

  private static void make(DatabaseKeys keys, String provider, CompletableFuture<Pair> pair) {
    try {
      String ours = text(keys.secret(provider + ".ours", DemoKeys::generate));
      String theirs = text(keys.secret(provider + ".theirs", DemoKeys::generate));
      String secret = HexFormat.of().formatHex(keys.secret(provider + ".both"), 0, SECRET_BYTES);
      pair.complete(new Pair(provider, ours, theirs, secret));
    } catch (RuntimeException | Error e) { // whoever waits for it must hear of it
      pair.completeExceptionally(e);
    }
  }

  /** 32 characters that a provider and we know. */
  String shared(String provider) {
    return shared(keys, provider);
  }

  private static String shared(DatabaseKeys keys, String provider) {
    return HexFormat.of().formatHex(keys.secret(provider + ".both"), 0, SECRET_BYTES);
  }

  /** A provider's keys, once they are there. */
  Pair of(String provider) {
    return Objects.requireNonNull(pairs.get(provider)).join();
  }

  /**
   * What the simulators sign and verify with: for each provider {@code NAME:PRIVATE:PUBLIC:SECRET},
   * its own private key, our public one and what both know, with blanks between them.
   */
  String forSimulators() {
    List<String> texts = new ArrayList<>();
    for (CompletableFuture<Pair> pair : pairs.values()) {
      Pair made = pair.join();
      texts.add(String.join(":", made.provider(), made.theirs(), made.ourPublic(), made.secret()));
    }
    sharing.forEach(provider -> texts.add(provider + ":-:-:" + shared(provider)));
    return String.join(" ", texts);
  }

  private static String text(byte[] key) {
    return Base64.getEncoder().encodeToString(key);
  }

  private static byte[] generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(BITS);
      return generator.generateKeyPair().getPrivate().getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has RSA", e);
    }
  }
}
