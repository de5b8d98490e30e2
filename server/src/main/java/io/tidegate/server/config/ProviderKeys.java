package io.tidegate.server.config;

import java.util.List;

/** The keys of payment providers: where each is, who we are there, and what signs and verifies. */
final class ProviderKeys {
  private static final KeyTable TABLE = new KeyTable();

  static final Key<String> CALLBACK_URL =
      TABLE.key(
          "payment.callback-url",
          Kinds.webAddress(),
          "",
          "Where payment providers reach this API from outside, such as https://api.example.com;"
              + " needed with each of them.");
  static final Key<String> ALIPAY_APP_ID =
      TABLE.key(
          "alipay.app-id",
          Kinds.nameOrNone(32),
          "",
          "Our application at Alipay; empty: no Alipay.");
  static final Key<String> ALIPAY_SELLER_ID =
      TABLE.key("alipay.seller-id", Kinds.nameOrNone(32), "", "Our account at Alipay, 2088...");
  static final Key<Secret> ALIPAY_PRIVATE_KEY =
      TABLE.key(
          "alipay.private-key",
          Kinds.secret(1_000),
          "",
          Key.Shown.NOTHING,
          "Signs what we say to Alipay: RSA, PKCS#8, PEM or Base64. Or alipay.private-key-file.");
  static final Key<String> ALIPAY_PRIVATE_KEY_FILE =
      TABLE.key("alipay.private-key-file", Kinds.folder(1_024), "", "A file with that key.");
  static final Key<String> ALIPAY_PUBLIC_KEY =
      TABLE.key(
          "alipay.public-key",
          Kinds.nameOrNone(Kinds.VALUE_CHARACTERS_MAX),
          "",
          "Verifies what Alipay says: its public key (not ours). Or alipay.public-key-file.");
  static final Key<String> ALIPAY_PUBLIC_KEY_FILE =
      TABLE.key("alipay.public-key-file", Kinds.folder(1_024), "", "A file with that key.");
  static final Key<String> ALIPAY_GATEWAY =
      TABLE.key(
          "alipay.gateway",
          Kinds.webAddress(),
          "https://openapi.alipay.com/gateway.do",
          "Alipay's gateway.");
  static final Key<String> ALIPAY_RETURN_URL =
      TABLE.key(
          "alipay.return-url",
          Kinds.webAddress(),
          "",
          "Where a browser goes after Alipay's page; empty: it stays there.");
  static final Key<String> WECHAT_MERCHANT_ID =
      TABLE.key("wechat.merchant-id", Kinds.nameOrNone(32), "", "Our mchid; empty: no WeChat Pay.");
  static final Key<String> WECHAT_APP_ID =
      TABLE.key("wechat.app-id", Kinds.nameOrNone(32), "", "Our appid at WeChat, wx....");
  static final Key<String> WECHAT_MERCHANT_SERIAL =
      TABLE.key(
          "wechat.merchant-serial", Kinds.nameOrNone(64), "", "The serial of our certificate.");
  static final Key<Secret> WECHAT_PRIVATE_KEY =
      TABLE.key(
          "wechat.private-key",
          Kinds.secret(1_000),
          "",
          Key.Shown.NOTHING,
          "Signs what we say to WeChat Pay: RSA, PKCS#8, PEM or Base64. Or"
              + " wechat.private-key-file.");
  static final Key<String> WECHAT_PRIVATE_KEY_FILE =
      TABLE.key("wechat.private-key-file", Kinds.folder(1_024), "", "A file with that key.");
  static final Key<Secret> WECHAT_API_V3_KEY =
      TABLE.key(
          "wechat.api-v3-key",
          Kinds.secret(32),
          "",
          Key.Shown.NOTHING,
          "The APIv3 key, 32 characters: WeChat Pay's notices are encrypted with it.");
  static final Key<String> WECHAT_PUBLIC_KEY_ID =
      TABLE.key(
          "wechat.public-key-id",
          Kinds.nameOrNone(64),
          "",
          "Names WeChat Pay's public key, PUB_KEY_ID_...; with wechat.public-key.");
  static final Key<String> WECHAT_PUBLIC_KEY =
      TABLE.key(
          "wechat.public-key",
          Kinds.nameOrNone(Kinds.VALUE_CHARACTERS_MAX),
          "",
          "Verifies what WeChat Pay says: its public key. Or wechat.public-key-file, or"
              + " wechat.certificates-file.");
  static final Key<String> WECHAT_PUBLIC_KEY_FILE =
      TABLE.key("wechat.public-key-file", Kinds.folder(1_024), "", "A file with that key.");
  static final Key<String> WECHAT_CERTIFICATES_FILE =
      TABLE.key(
          "wechat.certificates-file",
          Kinds.folder(1_024),
          "",
          "WeChat Pay's platform certificates in PEM, one or several; beside its public key while"
              + " it changes over.");
  static final Key<String> WECHAT_API =
      TABLE.key(
          "wechat.api", Kinds.webAddress(), "https://api.mch.weixin.qq.com", "WeChat Pay's API.");
  static final Key<Secret> STRIPE_SECRET_KEY =
      TABLE.key(
          "stripe.secret-key",
          Kinds.secret(16),
          "",
          Key.Shown.NOTHING,
          "Our key at Stripe, sk_...; empty: no Stripe.");
  static final Key<Secret> STRIPE_WEBHOOK_SECRET =
      TABLE.key(
          "stripe.webhook-secret",
          Kinds.secret(16),
          "",
          Key.Shown.NOTHING,
          "Verifies Stripe's events, whsec_...: that of the endpoint /v1/callbacks/stripe.");
  static final Key<String> STRIPE_RETURN_URL =
      TABLE.key(
          "stripe.return-url",
          Kinds.webAddress(),
          "",
          "Where a browser goes after Stripe's page; needed with stripe.secret-key.");
  static final Key<String> STRIPE_API =
      TABLE.key("stripe.api", Kinds.webAddress(), "https://api.stripe.com", "Stripe's API.");

  private ProviderKeys() {}

  /** All of them, in the order in which they are shown. */
  static List<Key<?>> all() {
    return TABLE.all();
  }
}
