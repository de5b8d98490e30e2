package io.tidegate.server.config;

import io.tidegate.shop.payment.RsaKeyText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What no key of a payment provider with real money says alone, and the keys in their files. */
final class ProviderRules {
  /** Longer files are no keys. */
  private static final int KEY_BYTES_MAX = 16 * 1024;

  private static final int API_V3_KEY_BYTES = 32;

  private static final List<Key<?>> ALIPAY =
      List.of(
          ProviderKeys.ALIPAY_APP_ID,
          ProviderKeys.ALIPAY_SELLER_ID,
          ProviderKeys.ALIPAY_PRIVATE_KEY,
          ProviderKeys.ALIPAY_PRIVATE_KEY_FILE,
          ProviderKeys.ALIPAY_PUBLIC_KEY,
          ProviderKeys.ALIPAY_PUBLIC_KEY_FILE,
          ProviderKeys.ALIPAY_GATEWAY,
          ProviderKeys.ALIPAY_RETURN_URL);

  private static final List<Key<?>> WECHAT =
      List.of(
          ProviderKeys.WECHAT_MERCHANT_ID,
          ProviderKeys.WECHAT_APP_ID,
          ProviderKeys.WECHAT_MERCHANT_SERIAL,
          ProviderKeys.WECHAT_PRIVATE_KEY,
          ProviderKeys.WECHAT_PRIVATE_KEY_FILE,
          ProviderKeys.WECHAT_API_V3_KEY,
          ProviderKeys.WECHAT_PUBLIC_KEY_ID,
          ProviderKeys.WECHAT_PUBLIC_KEY,
          ProviderKeys.WECHAT_PUBLIC_KEY_FILE,
          ProviderKeys.WECHAT_CERTIFICATES_FILE,
          ProviderKeys.WECHAT_API);

  private static final List<Key<?>> STRIPE =
      List.of(
          ProviderKeys.STRIPE_SECRET_KEY,
          ProviderKeys.STRIPE_WEBHOOK_SECRET,
          ProviderKeys.STRIPE_RETURN_URL,
          ProviderKeys.STRIPE_API);

  private ProviderRules() {}

  static void check(Values values, Problems problems) {
    if (values.get(Keys.DEMO)) {
      Stream.of(ALIPAY, WECHAT, STRIPE)
          .flatMap(List::stream)
          .filter(key -> !values.isDefault(key))
          .findFirst()
          .ifPresent(key ->
              problems.add(
                  values.from(key),
                  key.name()
                      + " is a provider with real money, which demo=true doesn't allow; it"
                      + " simulates them. Set demo=false, or take it out"));
      return;
    }
    if (!values.get(ProviderKeys.ALIPAY_APP_ID).isEmpty()) {
      alipay(values, problems);
      callbackUrl(values, problems, ProviderKeys.ALIPAY_APP_ID);
    }
    if (!values.get(ProviderKeys.WECHAT_MERCHANT_ID).isEmpty()) {
      wechat(values, problems);
      callbackUrl(values, problems, ProviderKeys.WECHAT_MERCHANT_ID);
    }
    if (values.get(ProviderKeys.STRIPE_SECRET_KEY).isGiven()) {
      String from = values.from(ProviderKeys.STRIPE_SECRET_KEY);
      if (!values.get(ProviderKeys.STRIPE_WEBHOOK_SECRET).isGiven()) {
        problems.add(from, "stripe.secret-key needs stripe.webhook-secret");
      }
      if (values.get(ProviderKeys.STRIPE_RETURN_URL).isEmpty()) {
        problems.add(from, "stripe.secret-key needs stripe.return-url");
      }
    }
  }

  private static void alipay(Values values, Problems problems) {
    String from = values.from(ProviderKeys.ALIPAY_APP_ID);
    if (values.get(ProviderKeys.ALIPAY_SELLER_ID).isEmpty()) {
      problems.add(from, "alipay.app-id needs alipay.seller-id");
    }
    checkKey(alipayPrivate(values), from, problems);
    checkKey(alipayPublic(values), from, problems);
  }

  private static void wechat(Values values, Problems problems) {
    String from = values.from(ProviderKeys.WECHAT_MERCHANT_ID);
    for (Key<String> needed :
        List.of(ProviderKeys.WECHAT_APP_ID, ProviderKeys.WECHAT_MERCHANT_SERIAL)) {
      if (values.get(needed).isEmpty()) {
        problems.add(from, "wechat.merchant-id needs " + needed.name());
      }
    }
    if (values.get(ProviderKeys.WECHAT_API_V3_KEY).text().getBytes(StandardCharsets.UTF_8).length
        != API_V3_KEY_BYTES) {
      problems.add(from, "wechat.merchant-id needs wechat.api-v3-key, of 32 bytes");
    }
    checkKey(wechatPrivate(values), from, problems);
    boolean certificates = !values.get(ProviderKeys.WECHAT_CERTIFICATES_FILE).isEmpty();
    boolean named = !values.get(ProviderKeys.WECHAT_PUBLIC_KEY_ID).isEmpty();
    if (!certificates && !named) {
      problems.add(
          from,
          "wechat.merchant-id needs wechat.public-key-id with its key, or wechat.certificates-file");
    }
    if (named) {
      checkKey(wechatPublic(values), from, problems);
    }
    if (certificates) {
      try {
        certificates(values);
      } catch (IOException | RuntimeException _) {
        problems.add(from, ProviderKeys.WECHAT_CERTIFICATES_FILE.name() + " can't be read");
      } catch (RsaKeyText.BadKey e) {
        problems.add(from, ProviderKeys.WECHAT_CERTIFICATES_FILE.name() + " " + e.getMessage());
      }
    }
  }

  private static Map<String, String> certificates(Values values)
      throws IOException, RsaKeyText.BadKey {
    String file = values.get(ProviderKeys.WECHAT_CERTIFICATES_FILE);
    return file.isEmpty() ? Map.of() : RsaKeyText.certificates(textOf(file));
  }

  private static void callbackUrl(Values values, Problems problems, Key<String> first) {
    if (values.get(ProviderKeys.CALLBACK_URL).isEmpty()) {
      problems.add(
          values.from(first),
          first.name()
              + " needs payment.callback-url, where the provider reaches this API from outside");
    }
  }

  static Settings.RealProviders settings(Values values) {
    boolean given = !values.get(Keys.DEMO) && !values.get(ProviderKeys.ALIPAY_APP_ID).isEmpty();
    return new Settings.RealProviders(
        values.get(ProviderKeys.CALLBACK_URL),
        new Settings.Alipay(
            given ? values.get(ProviderKeys.ALIPAY_APP_ID) : "",
            values.get(ProviderKeys.ALIPAY_SELLER_ID),
            new Secret(given ? checked(alipayPrivate(values)) : ""),
            given ? checked(alipayPublic(values)) : "",
            values.get(ProviderKeys.ALIPAY_GATEWAY),
            values.get(ProviderKeys.ALIPAY_RETURN_URL)),
        wechatSettings(values),
        new Settings.Stripe(
            values.get(Keys.DEMO) ? Secret.NONE : values.get(ProviderKeys.STRIPE_SECRET_KEY),
            values.get(ProviderKeys.STRIPE_WEBHOOK_SECRET),
            values.get(ProviderKeys.STRIPE_RETURN_URL),
            values.get(ProviderKeys.STRIPE_API)));
  }

  private static Settings.Wechat wechatSettings(Values values) {
    boolean given =
        !values.get(Keys.DEMO) && !values.get(ProviderKeys.WECHAT_MERCHANT_ID).isEmpty();
    Map<String, String> platform = new HashMap<>();
    if (given) {
      try {
        platform.putAll(certificates(values));
      } catch (IOException | RsaKeyText.BadKey e) {
        throw new IllegalStateException("wechat.certificates-file changed meanwhile", e);
      }
      if (!values.get(ProviderKeys.WECHAT_PUBLIC_KEY_ID).isEmpty()) {
        platform.put(values.get(ProviderKeys.WECHAT_PUBLIC_KEY_ID), checked(wechatPublic(values)));
      }
    }
    return new Settings.Wechat(
        given ? values.get(ProviderKeys.WECHAT_MERCHANT_ID) : "",
        values.get(ProviderKeys.WECHAT_APP_ID),
        values.get(ProviderKeys.WECHAT_MERCHANT_SERIAL),
        new Secret(given ? checked(wechatPrivate(values)) : ""),
        platform,
        values.get(ProviderKeys.WECHAT_API_V3_KEY),
        values.get(ProviderKeys.WECHAT_API));
  }

  /**
   * A key that is given as text or as a file.
   *
   * @param text empty: not given
   */
  private record GivenKey(
      String name, String text, Key<String> fileKey, String file, boolean isPrivate) {
    String read() throws IOException, RsaKeyText.BadKey {
      String key = text;
      if (!file.isEmpty()) {
        key = textOf(file);
      }
      return isPrivate ? RsaKeyText.privateKey(key) : RsaKeyText.publicKey(key);
    }
  }

  private static GivenKey alipayPrivate(Values values) {
    return new GivenKey(
        ProviderKeys.ALIPAY_PRIVATE_KEY.name(),
        values.get(ProviderKeys.ALIPAY_PRIVATE_KEY).text(),
        ProviderKeys.ALIPAY_PRIVATE_KEY_FILE,
        values.get(ProviderKeys.ALIPAY_PRIVATE_KEY_FILE),
        true);
  }

  private static String textOf(String name) throws IOException {
    Path path = Path.of(name);
    if (Files.size(path) > KEY_BYTES_MAX) {
      throw new IOException("too long");
    }
    return Files.readString(path);
  }

  private static GivenKey wechatPrivate(Values values) {
    return new GivenKey(
        ProviderKeys.WECHAT_PRIVATE_KEY.name(),
        values.get(ProviderKeys.WECHAT_PRIVATE_KEY).text(),
        ProviderKeys.WECHAT_PRIVATE_KEY_FILE,
        values.get(ProviderKeys.WECHAT_PRIVATE_KEY_FILE),
        true);
  }

  private static GivenKey wechatPublic(Values values) {
    return new GivenKey(
        ProviderKeys.WECHAT_PUBLIC_KEY.name(),
        values.get(ProviderKeys.WECHAT_PUBLIC_KEY),
        ProviderKeys.WECHAT_PUBLIC_KEY_FILE,
        values.get(ProviderKeys.WECHAT_PUBLIC_KEY_FILE),
        false);
  }

  private static GivenKey alipayPublic(Values values) {
    return new GivenKey(
        ProviderKeys.ALIPAY_PUBLIC_KEY.name(),
        values.get(ProviderKeys.ALIPAY_PUBLIC_KEY),
        ProviderKeys.ALIPAY_PUBLIC_KEY_FILE,
        values.get(ProviderKeys.ALIPAY_PUBLIC_KEY_FILE),
        false);
  }

  private static void checkKey(GivenKey key, String from, Problems problems) {
    if (key.text().isEmpty() == key.file().isEmpty()) {
      problems.add(
          from, key.name() + " or " + key.fileKey().name() + " is needed, and only one of them");
      return;
    }
    String shown = key.file().isEmpty() ? key.name() : key.fileKey().name();
    try {
      key.read();
    } catch (IOException | RuntimeException _) {
      problems.add(from, shown + " can't be read");
    } catch (RsaKeyText.BadKey e) {
      problems.add(from, shown + " " + e.getMessage());
    }
  }

  /** It was checked before. */
  private static String checked(GivenKey key) {
    try {
      return key.read();
    } catch (IOException | RsaKeyText.BadKey e) {
      throw new IllegalStateException(key.name() + " changed meanwhile", e);
    }
  }
}
