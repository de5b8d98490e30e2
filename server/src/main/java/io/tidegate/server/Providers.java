package io.tidegate.server;

import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.server.config.Secret;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.payment.PaymentProvider;
import io.tidegate.shop.payment.SandboxClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Supplier;

/** The payment providers, by name, and what the sandbox among them signs with. */
record Providers(Map<String, PaymentProvider> byName, String sandboxSecret) {

  /** A customer waits for the cashier: rather a moment longer than without one. */
  private static final int CALLS_MAX = 64;

  private static final Duration CALL_WAIT_MAX = Duration.ofSeconds(2);

  /**
   * The sandbox where the demo's simulators are.
   *
   * @param callbackUrl where providers call back; asked for when somebody pays
   */
  static Providers of(Foundation foundation, Supplier<String> callbackUrl) {
    URI simulators = foundation.ground().simulators();
    if (simulators == null) {
      return new Providers(Map.of(), "");
    }
    Settings.Sandbox settings = foundation.settings().sandbox();
    String secret = secret(settings.secret(), foundation.keys());
    PaymentProvider sandbox =
        new SandboxClient(
            foundation
                .outbound()
                .to(OutboundSettings.of("sandbox", simulators).withCalls(CALLS_MAX, CALL_WAIT_MAX)),
            secret.getBytes(StandardCharsets.UTF_8),
            settings.merchant(),
            callbackUrl,
            foundation.clock());
    return new Providers(Map.of(sandbox.name(), sandbox), secret);
  }

  /** As configured, else the database's own, which all nodes share. */
  private static String secret(Secret given, DatabaseKeys keys) {
    return given.isGiven() ? given.text() : HexFormat.of().formatHex(keys.secret("sandbox"));
  }

  @Override
  public String toString() {
    return "Providers" + byName.keySet();
  }
}
