package io.tidegate.shop.payment;

import java.net.URI;
import java.util.Comparator;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Who we are at WeChat Pay, and how both sides sign.
 *
 * @param merchantSerial names our certificate, whose key signs
 * @param api where calls go
 * @param keys asked for at each use: a demo's are made while the system starts
 */
public record WechatAccount(
    String appId, String merchantId, String merchantSerial, URI api, Supplier<Keys> keys) {

  /**
   * Keys in Base64, as {@link RsaKeyText} gives them.
   *
   * @param privateKey ours
   * @param platformKeys WeChat Pay's public keys, by the serial of its certificate or by the id of
   *     its public key ({@code PUB_KEY_ID_...})
   * @param apiV3Key 32 characters: what notices are encrypted with
   */
  public record Keys(String privateKey, Map<String, String> platformKeys, String apiV3Key) {
    private static final String PUBLIC_KEY = "PUB_KEY_ID_";

    public Keys {
      platformKeys = Map.copyOf(platformKeys);
    }

    /**
     * The name of the key that answers are to be signed with: the public key's, else a
     * certificate's.
     */
    public String answerKey() {
      return platformKeys.keySet().stream()
          .max(
              Comparator.comparing((String name) -> name.startsWith(PUBLIC_KEY))
                  .thenComparing(Comparator.naturalOrder()))
          .orElseThrow(() -> new IllegalStateException("no key of WeChat Pay's"));
    }

    @Override
    public String toString() {
      return "Keys[******]";
    }
  }
}
