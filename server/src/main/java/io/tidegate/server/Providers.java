package io.tidegate.server;

import io.tidegate.platform.http.OutboundProvider;
import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.server.config.Secret;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.payment.AlipayAccount;
import io.tidegate.shop.payment.AlipayBills;
import io.tidegate.shop.payment.AlipayClient;
import io.tidegate.shop.payment.PaymentProvider;
import io.tidegate.shop.payment.SandboxClient;
import io.tidegate.shop.payment.SandboxStatementClient;
import io.tidegate.shop.payment.StatementCalls;
import io.tidegate.shop.payment.StatementSource;
import io.tidegate.shop.payment.StripeAccount;
import io.tidegate.shop.payment.StripeBalance;
import io.tidegate.shop.payment.StripeClient;
import io.tidegate.shop.payment.WechatAccount;
import io.tidegate.shop.payment.WechatBills;
import io.tidegate.shop.payment.WechatClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The payment providers, by name: in a demo the sandbox and simulations of the real ones, else the
 * real ones that are configured.
 *
 * @param statements where their statements come from
 * @param simulatorKeys what the simulators sign and verify with; empty without a demo
 */
record Providers(
    Map<String, PaymentProvider> byName,
    Map<String, StatementSource> statements,
    String sandboxSecret,
    Supplier<String> simulatorKeys) {

  /** Without statements, and with nothing simulated but the sandbox. */
  Providers(Map<String, PaymentProvider> byName, String sandboxSecret) {
    this(byName, Map.of(), sandboxSecret, () -> "");
  }

  /** A customer waits for the cashier: rather a moment longer than without one. */
  private static final int CALLS_MAX = 64;

  private static final Duration CALL_WAIT_MAX = Duration.ofSeconds(2);

  /** Real providers take a second at times, and a refund longer. */
  private static final Duration TRY_MAX = Duration.ofSeconds(8);

  /** Our names at the simulated Alipay. */
  private static final String DEMO_APP_ID = "2021000000000001";

  private static final String DEMO_SELLER_ID = "2088000000000001";

  /** And at the simulated WeChat Pay. */
  private static final String DEMO_WECHAT_APP_ID = "wx0000000000000001";

  private static final String DEMO_MERCHANT_ID = "1900000001";
  private static final String DEMO_MERCHANT_SERIAL = "0000000000000000000000000000000000000001";
  private static final String DEMO_PLATFORM_KEY = "PUB_KEY_ID_0119000000010000000000000001";

  private static final int NONCE_BYTES = 16;

  /**
   * The providers of this system.
   *
   * @param callbackUrl where a provider, by its name, calls back; asked for when somebody pays
   */
  static Providers of(Foundation foundation, UnaryOperator<String> callbackUrl) {
    URI simulators = foundation.ground().simulators();
    Providers built = new Providers(new HashMap<>(), new HashMap<>(), "", () -> "");
    if (simulators != null) {
      return built.demo(foundation, simulators, callbackUrl);
    }
    Settings.Alipay alipay = foundation.settings().providers().alipay();
    if (alipay.isGiven()) {
      var keys = new AlipayAccount.Keys(alipay.privateKey().text(), alipay.publicKey());
      built.alipay(
          foundation,
          new AlipayAccount(
              alipay.appId(),
              alipay.sellerId(),
              URI.create(alipay.gateway()),
              alipay.returnUrl(),
              () -> keys),
          callbackUrl);
    }
    Settings.Wechat wechat = foundation.settings().providers().wechat();
    if (wechat.isGiven()) {
      var keys =
          new WechatAccount.Keys(
              wechat.privateKey().text(), wechat.platformKeys(), wechat.apiV3Key().text());
      built.wechat(
          foundation,
          new WechatAccount(
              wechat.appId(),
              wechat.merchantId(),
              wechat.merchantSerial(),
              URI.create(wechat.api()),
              () -> keys),
          callbackUrl);
    }
    Settings.Stripe stripe = foundation.settings().providers().stripe();
    if (stripe.isGiven()) {
      var keys = new StripeAccount.Keys(stripe.secretKey().text(), stripe.webhookSecret().text());
      built.stripe(
          foundation, new StripeAccount(URI.create(stripe.api()), stripe.returnUrl(), () -> keys));
    }
    return built.closed();
  }

  private Providers demo(Foundation foundation, URI simulators, UnaryOperator<String> callbackUrl) {
    Settings.Sandbox settings = foundation.settings().sandbox();
    String secret = secret(settings.secret(), foundation.keys());
    add(
        new SandboxClient(
            calls(foundation, SandboxClient.NAME, simulators),
            secret.getBytes(StandardCharsets.UTF_8),
            settings.merchant(),
            () -> callbackUrl.apply(SandboxClient.NAME),
            foundation.clock()),
        new SandboxStatementClient(statementCalls(foundation, SandboxClient.NAME, simulators)));
    DemoKeys keys =
        new DemoKeys(
            foundation.keys(),
            List.of(AlipayClient.NAME, WechatClient.NAME),
            List.of(StripeClient.NAME));
    alipay(
        foundation,
        new AlipayAccount(
            DEMO_APP_ID,
            DEMO_SELLER_ID,
            URI.create(simulators + "/alipay/gateway.do"),
            "",
            once(() -> {
              DemoKeys.Pair pair = keys.of(AlipayClient.NAME);
              return new AlipayAccount.Keys(pair.ours(), pair.theirPublic());
            })),
        callbackUrl);
    wechat(
        foundation,
        new WechatAccount(
            DEMO_WECHAT_APP_ID,
            DEMO_MERCHANT_ID,
            DEMO_MERCHANT_SERIAL,
            URI.create(simulators + "/wechat"),
            once(() -> {
              DemoKeys.Pair pair = keys.of(WechatClient.NAME);
              return new WechatAccount.Keys(
                  pair.ours(), Map.of(DEMO_PLATFORM_KEY, pair.theirPublic()), pair.secret());
            })),
        callbackUrl);
    stripe(
        foundation,
        new StripeAccount(
            URI.create(simulators + "/stripe"),
            simulators + "/stripe/done",
            once(() -> {
              String shared = keys.shared(StripeClient.NAME);
              return new StripeAccount.Keys("sk_test_" + shared, "whsec_" + shared);
            })));
    return new Providers(byName, statements, secret, keys::forSimulators).closed();
  }

  /** Made at its first use, and kept. */
  private static <T> Supplier<T> once(Supplier<T> make) {
    AtomicReference<@Nullable T> made = new AtomicReference<>();
    return () -> {
      T known = made.get();
      if (known == null) {
        known = make.get();
        made.set(known);
      }
      return known;
    };
  }

  private void alipay(
      Foundation foundation, AlipayAccount account, UnaryOperator<String> callbackUrl) {
    URI base = account.gateway().resolve("/");
    add(
        new AlipayClient(
            calls(foundation, AlipayClient.NAME, base),
            account,
            () -> callbackUrl.apply(AlipayClient.NAME),
            foundation.clock()),
        new AlipayBills(
            statementCalls(foundation, AlipayClient.NAME, base), account, foundation.clock()));
  }

  private void wechat(
      Foundation foundation, WechatAccount account, UnaryOperator<String> callbackUrl) {
    Supplier<String> nonces = Providers::nonce;
    add(
        new WechatClient(
            calls(foundation, WechatClient.NAME, account.api()),
            account,
            nonces,
            () -> callbackUrl.apply(WechatClient.NAME),
            foundation.clock()),
        new WechatBills(
            statementCalls(foundation, WechatClient.NAME, account.api()),
            account,
            nonces,
            foundation.clock()));
  }

  private void stripe(Foundation foundation, StripeAccount account) {
    add(
        new StripeClient(
            calls(foundation, StripeClient.NAME, account.api()), account, foundation.clock()),
        new StripeBalance(statementCalls(foundation, StripeClient.NAME, account.api()), account));
  }

  private static String nonce() {
    byte[] bytes = new byte[NONCE_BYTES];
    ThreadLocalRandom.current().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private void add(PaymentProvider provider, StatementSource source) {
    byName.put(provider.name(), provider);
    statements.put(source.provider(), source);
  }

  private Providers closed() {
    return new Providers(Map.copyOf(byName), Map.copyOf(statements), sandboxSecret, simulatorKeys);
  }

  private static OutboundProvider calls(Foundation foundation, String name, URI base) {
    OutboundSettings settings = OutboundSettings.of(name, base).withCalls(CALLS_MAX, CALL_WAIT_MAX);
    boolean simulated = foundation.ground().simulators() != null;
    return foundation.outbound().to(simulated ? settings : settings.withTryMax(TRY_MAX));
  }

  private static OutboundProvider statementCalls(Foundation foundation, String name, URI base) {
    return foundation.outbound().to(StatementCalls.of(name, base));
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
