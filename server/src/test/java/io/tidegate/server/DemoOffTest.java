package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.platform.identity.IdentitySettings;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.server.config.Configuration;
import io.tidegate.server.config.Settings;
import io.tidegate.server.config.Sources;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The program with demo=false: somebody else's tokens, and no stand-in takes money. */
class DemoOffTest {

  private static final String ISSUER = "https://id.example";
  private static final String ORDER =
      "{\"items\":[{\"sku\":\"TG-PHN-001-BK-256\",\"quantity\":1}],\"address\":{\"name\":\"王芳\","
          + "\"phone\":\"13800138000\",\"region\":\"330106\",\"line\":\"1\"}}";

  @TempDir private static Path data;
  private static ECKey key;
  private static HttpServer issuer;
  private static String url;
  private static Wiring program;
  private static HttpClient client;

  @BeforeAll
  static void start() throws Exception {
    key = new ECKeyGenerator(Curve.P_256).keyID("theirs").algorithm(JWSAlgorithm.ES256).generate();
    issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] keys = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
    issuer.createContext(
        "/keys",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, keys.length);
          exchange.getResponseBody().write(keys);
          exchange.close();
        });
    issuer.start();
    url = TestPostgres.migratedDatabase();
    try (Database database = new Database(DatabaseSettings.of(url), Clock.system())) {
      // Goods of the shop's own, for once those of the demo.
      new DemoGoods(database, Stores.warehouses()).load(0, _ -> {});
    }
    Settings settings =
        Configuration.read(
                new Sources(
                    data,
                    null,
                    Map.of(),
                    List.of(
                        "http.port=0",
                        "demo=false",
                        "identity.issuer=" + ISSUER,
                        "identity.audience=shop",
                        "identity.jwks-url=http://127.0.0.1:"
                            + issuer.getAddress().getPort()
                            + "/keys"),
                    Map.of()))
            .settings();
    program =
        Wiring.start(
            new Wiring.Ground(settings, url, "127.0.0.1:9", () -> false, "test", null), _ -> {});
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    client.close();
    program.close();
    issuer.stop(0);
  }

  @Test
  void theirTokensOrderAndOursAreRefused() throws Exception {
    assertThat(send("POST", "/v1/orders", theirs("42"), "a-1", ORDER).statusCode()).isEqualTo(201);
    try (Database database = new Database(DatabaseSettings.of(url), Clock.system())) {
      Tokens ours =
          Tokens.local(
              IdentitySettings.local(ISSUER, "shop"), new DatabaseKeys(database), Clock.system());
      String token =
          ours.issue("42", Caller.Kind.CUSTOMER, Set.of(), Set.of(), Duration.ofHours(1));
      assertThat(send("POST", "/v1/orders", token, "a-2", ORDER).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void nobodyPaysWithTheSandbox() throws Exception {
    HttpResponse<String> placed = send("POST", "/v1/orders", theirs("43"), "b-1", ORDER);
    String path = placed.headers().firstValue("Location").orElseThrow();
    HttpResponse<String> refused =
        send("POST", path + "/payments", theirs("43"), "b-2", "{\"provider\":\"sandbox\"}");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(JsonMapper.shared().readTree(refused.body()).path("code").asString())
        .isEqualTo("provider_unavailable");
    assertThat(send("POST", "/v1/callbacks/sandbox", theirs("43"), "b-3", "{}").statusCode())
        .isEqualTo(404);
  }

  @Test
  void thereIsNoConsoleToSignInTo() throws Exception {
    assertThat(send("GET", "/console/sign-in", theirs("42"), "c-1", "").statusCode())
        .isEqualTo(404);
  }

  private static String theirs(String user) throws JOSEException {
    Instant now = Instant.now();
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
            new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience("shop")
                .subject(user)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(600)))
                .build());
    token.sign(new ECDSASigner(key));
    return token.serialize();
  }

  private static HttpResponse<String> send(
      String method, String path, String token, String key, String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + program.apiPort() + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", '"' + key + '"')
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }
}
