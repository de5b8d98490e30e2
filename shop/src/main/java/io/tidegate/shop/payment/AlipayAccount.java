package io.tidegate.shop.payment;

import java.net.URI;
import java.util.function.Supplier;

/**
 * Who we are at Alipay, and how both sides sign.
 *
 * @param gateway where calls and customers' browsers go, with its path
 * @param returnUrl where a browser goes after paying; empty: it stays
 * @param keys asked for at each use: a demo's are made while the system starts
 */
public record AlipayAccount(
    String appId, String sellerId, URI gateway, String returnUrl, Supplier<Keys> keys) {

  /** Both in Base64, as {@link RsaKeyText} gives them: ours signs, Alipay's verifies. */
  public record Keys(String privateKey, String alipayPublicKey) {
    @Override
    public String toString() {
      return "Keys[******]";
    }
  }
}
