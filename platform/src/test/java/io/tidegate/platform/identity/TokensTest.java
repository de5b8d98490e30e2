package io.tidegate.platform.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.tidegate.platform.clock.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
  private static final Duration HOUR = Duration.ofHours(1);

  /** Made once: it takes a second of a slow core. */
  private static final SigningKey KEY = SigningKey.generate();

  private final Clock clock = Clock.system();
  private final List<SigningKey> stored = new ArrayList<>(List.of(KEY));
  private final Tokens tokens =
      Tokens.local(IdentitySettings.local("https://here", "api"), () -> List.copyOf(stored), clock);

  @Test
  void whatWasIssuedIsVerified() {
    assertThat(tokens.verify(issue("42", Caller.Kind.CUSTOMER, Set.of(), Set.of())))
        .isEqualTo(Caller.customer(42));
    assertThat(tokens.verify(issue("mei", Caller.Kind.STAFF, Set.of("admin", "support"), Set.of())))
        .isEqualTo(Caller.staff("mei", Set.of("admin", "support")));
    assertThat(tokens.verify(issue("feed", Caller.Kind.SERVICE, Set.of(), Set.of("events"))))
        .isEqualTo(Caller.service("feed", Set.of("events")));
  }

  private String issue(String subject, Caller.Kind kind, Set<String> roles, Set<String> scopes) {
    return tokens.issue(subject, kind, roles, scopes, HOUR);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "eyJhbGciOiJub25lIn0..",
        "\u0000",
        "Bearer x",
        "eyJhbGciOiJFUzI1NiJ9.e30.AAAA",
        "eyJhbGciOiJFUzI1NiJ9.bm90IGpzb24.AAAA"
      })
  void garbageIsRefused(String text) {
    assertThatThrownBy(() -> tokens.verify(text)).isInstanceOf(InvalidToken.class);
  }

  @Test
  void anEndlessTextIsRefused() {
    assertThatThrownBy(() -> tokens.verify("a".repeat(100_000)))
        .isInstanceOf(InvalidToken.class)
        .hasMessage("the token is too long");
  }

  @Test
  void algorithmNoneIsRefused() {
    String token = new PlainJWT(claims(b -> b)).serialize();
    assertThatThrownBy(() -> tokens.verify(token)).isInstanceOf(InvalidToken.class);
  }

  @Test
  void aMacWithThePublicKeyIsRefused() throws JOSEException {
    var header = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(stored.getFirst().id()).build();
    var jwt = new SignedJWT(header, claims(b -> b));
    jwt.sign(new MACSigner(stored.getFirst().publicBytes()));
    assertThatThrownBy(() -> tokens.verify(jwt.serialize())).isInstanceOf(InvalidToken.class);
  }

  @Test
  void theChecksOfClaims() {
    assertThat(tokens.verify(signed(stored.getFirst(), b -> b))).isEqualTo(Caller.customer(7));
    refused("another issuer", b -> b.issuer("https://elsewhere"));
    refused("another issuer", b -> b.issuer(null));
    refused("another audience", b -> b.audience("other"));
    refused("another audience", b -> b.audience((String) null));
    refused("no expiry", b -> b.expirationTime(null));
    refused("expired", b -> b.expirationTime(in(Duration.ofSeconds(-2))));
    refused("not valid yet", b -> b.notBeforeTime(in(Duration.ofMinutes(5))));
    refused("no subject", b -> b.subject(null));
    refused("the subject is no customer number", b -> b.subject("mei").claim("kind", "customer"));
    refused("the subject is no customer number", b -> b.subject("-1").claim("kind", "customer"));
    refused("the subject is no customer number", b -> b.subject("042").claim("kind", "customer"));
    refused("unknown kind", b -> b.claim("kind", "root"));
  }

  @Test
  void aTokenOfAnotherKeyIsRefusedEvenUnderOurKeyId() {
    SigningKey other = SigningKey.generate();
    var forged = new SigningKey(stored.getFirst().id(), other.algorithm(), other.pair());
    assertThatThrownBy(() -> tokens.verify(signed(forged, b -> b)))
        .isInstanceOf(InvalidToken.class)
        .hasMessage("the signature does not verify");
  }

  @Test
  void aKeyThatAnotherNodeMadeIsFoundOnceTheStoreMayBeAskedAgain() {
    tokens.verify(signed(stored.getFirst(), b -> b));
    SigningKey fresh = SigningKey.generate();
    stored.addFirst(fresh);
    String token = signed(fresh, b -> b);
    await()
        .ignoreExceptionsInstanceOf(InvalidToken.class)
        .untilAsserted(() -> assertThat(tokens.verify(token)).isEqualTo(Caller.customer(7)));
  }

  @Test
  void aKeyOfAnEarlierVersionStillSignsAndVerifies() throws GeneralSecurityException {
    var curve = KeyPairGenerator.getInstance("EC");
    curve.initialize(new ECGenParameterSpec("secp256r1"));
    SigningKey made = new SigningKey("old", SigningKey.Algorithm.ES256, curve.generateKeyPair());
    SigningKey old =
        SigningKey.of("old", made.algorithm(), made.publicBytes(), made.privateBytes());
    stored.clear();
    stored.add(old);
    String token = issue("42", Caller.Kind.CUSTOMER, Set.of(), Set.of());
    stored.addFirst(SigningKey.generate());
    assertThat(tokens.verify(token)).isEqualTo(Caller.customer(42));
    assertThat(new String(tokens.jwks(), UTF_8)).contains("ES256");
  }

  @Test
  void aRememberedTokenStillExpires() {
    String token = signed(stored.getFirst(), b -> b.expirationTime(in(Duration.ofSeconds(6))));
    assertThat(tokens.verify(token)).isEqualTo(Caller.customer(7));
    await()
        .untilAsserted(() ->
            assertThatThrownBy(() -> tokens.verify(token))
                .isInstanceOf(InvalidToken.class)
                .hasMessage("expired"));
  }

  @Test
  void rememberedTokensAreBounded() {
    var remembered = new VerifiedTokens(100);
    for (int i = 0; i < 1_000; i++) {
      remembered.put("t" + i, new VerifiedTokens.Entry(Caller.customer(i + 1), Long.MAX_VALUE));
    }
    assertThat(remembered.size()).isLessThanOrEqualTo(100);
    assertThat(remembered.find("t999", 0)).isEqualTo(Caller.customer(1_000));
  }

  @Test
  void thePublishedKeysHoldNothingPrivate() {
    assertThat(new String(tokens.jwks(), UTF_8))
        .contains(stored.getFirst().id(), "\"n\"", "\"e\"")
        .doesNotContain("\"d\"", "\"p\"", "\"q\"");
  }

  @Test
  void anExternalIssuersKeysAreFetched() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] keys = tokens.jwks();
    server.createContext(
        "/jwks",
        exchange -> {
          exchange.sendResponseHeaders(200, keys.length);
          exchange.getResponseBody().write(keys);
          exchange.close();
        });
    server.start();
    var url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks");
    var external = Tokens.external(IdentitySettings.external("https://here", "api", url), clock);
    try {
      assertThat(external.verify(signed(stored.getFirst(), b -> b))).isEqualTo(Caller.customer(7));
      assertThat(external.issues()).isFalse();
    } finally {
      server.stop(0);
    }
    var gone = Tokens.external(IdentitySettings.external("https://here", "api", url), clock);
    assertThatThrownBy(() -> gone.verify(signed(stored.getFirst(), b -> b)))
        .isInstanceOf(IssuerUnavailable.class);
  }

  private void refused(String reason, UnaryOperator<JWTClaimsSet.Builder> change) {
    assertThatThrownBy(() -> tokens.verify(signed(stored.getFirst(), change)))
        .isInstanceOf(InvalidToken.class)
        .hasMessage(reason);
  }

  private Date in(Duration time) {
    return Date.from(clock.now().plus(time));
  }

  private JWTClaimsSet claims(UnaryOperator<JWTClaimsSet.Builder> change) {
    return change
        .apply(
            new JWTClaimsSet.Builder()
                .issuer("https://here")
                .audience("api")
                .subject("7")
                .expirationTime(in(HOUR)))
        .build();
  }

  private String signed(SigningKey key, UnaryOperator<JWTClaimsSet.Builder> change) {
    try {
      var header = new JWSHeader.Builder(key.algorithm().jws()).keyID(key.id()).build();
      var jwt = new SignedJWT(header, claims(change));
      jwt.sign(key.signer());
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
