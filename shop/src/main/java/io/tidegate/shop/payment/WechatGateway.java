package io.tidegate.shop.payment;

import com.wechat.pay.java.core.cipher.AeadAesCipher;
import com.wechat.pay.java.core.cipher.RSASigner;
import com.wechat.pay.java.core.cipher.RSAVerifier;
import io.tidegate.platform.http.OutboundAnswer;
import io.tidegate.platform.http.OutboundProvider;
import io.tidegate.platform.http.OutboundRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * WeChat Pay's API (v3): requests are signed, answers and notices verified, and notices decrypted,
 * by its own library; the calls are ours, so that they are bounded.
 */
final class WechatGateway {

  private static final String SCHEMA = "WECHATPAY2-SHA256-RSA2048";
  private static final JsonMapper JSON = JsonMapper.shared();

  private final OutboundProvider calls;
  private final WechatAccount account;
  private final InstantSource clock;
  private final Supplier<String> nonces;

  /** Made of the account's keys when they are used first. */
  private final Map<String, RSAVerifier> verifiers = new ConcurrentHashMap<>();

  private volatile @Nullable RSASigner signer;

  WechatGateway(
      OutboundProvider calls, WechatAccount account, InstantSource clock, Supplier<String> nonces) {
    this.calls = calls;
    this.account = account;
    this.clock = clock;
    this.nonces = nonces;
  }

  /** What is known after a call. */
  sealed interface Said {
    /** WeChat Pay's own answer: its signature is verified. */
    record Told(int status, JsonNode node) implements Said {
      boolean isSuccess() {
        return status >= 200 && status < 300;
      }

      /** Whether it is a refusal of this request, and no trouble or haste. */
      boolean isRefusal() {
        return status >= 400 && status < 500 && status != 429 && !code().isEmpty();
      }

      String code() {
        return node.path("code").asString("");
      }

      String text(String field) {
        return node.path(field).asString("");
      }
    }

    /** Nobody knows whether it was done. */
    record Nothing(String why) implements Said {}
  }

  WechatAccount account() {
    return account;
  }

  Said get(String path) {
    return verified(calls.call(signed(OutboundRequest.get(path), path, "")));
  }

  /** Every call names a number of ours, so the same one twice is one there. */
  Said post(String path, String json) {
    OutboundRequest request = OutboundRequest.postOnce(path, json.getBytes(StandardCharsets.UTF_8));
    return verified(calls.call(signed(request, path, json)));
  }

  /** Reads a file at an address that an answer named. */
  OutboundAnswer read(URI address, OutboundProvider.Body body) {
    String path =
        address.getRawPath() + (address.getRawQuery() == null ? "" : "?" + address.getRawQuery());
    OutboundRequest request = OutboundRequest.getAt(address);
    return calls.read(authorized(request, path, ""), body);
  }

  private OutboundRequest signed(OutboundRequest request, String path, String body) {
    String base = account.api().getRawPath();
    return authorized(request, (base == null || base.equals("/") ? "" : base) + path, body);
  }

  private OutboundRequest authorized(OutboundRequest request, String path, String body) {
    String timestamp = Long.toString(clock.instant().getEpochSecond());
    String nonce = nonces.get();
    String text =
        request.method() + "\n" + path + "\n" + timestamp + "\n" + nonce + "\n" + body + "\n";
    String authorization =
        "%s mchid=\"%s\",nonce_str=\"%s\",timestamp=\"%s\",serial_no=\"%s\",signature=\"%s\""
            .formatted(
                SCHEMA,
                account.merchantId(),
                nonce,
                timestamp,
                account.merchantSerial(),
                sign(text));
    return request.withHeaders(
        Map.of(
            "Authorization",
            authorization,
            "Wechatpay-Serial", // else it may sign with another key than ours of it
            account.keys().get().answerKey(),
            "Accept",
            "application/json",
            "User-Agent",
            "tidegate"));
  }

  String sign(String text) {
    RSASigner known = signer;
    if (known == null) {
      PrivateKey key = RsaKeyText.privateKeyOf(account.keys().get().privateKey());
      known = new RSASigner(account.merchantSerial(), key);
      signer = known;
    }
    return known.sign(text).getSign();
  }

  String nonce() {
    return nonces.get();
  }

  private Said verified(OutboundAnswer answer) {
    return switch (answer) {
      case OutboundAnswer.Answered answered -> {
        Map<String, String> headers = answered.headers();
        String body = new String(answered.body(), StandardCharsets.UTF_8);
        yield verifies(headers::get, body)
            ? told(answered.status(), body)
            : new Said.Nothing("an answer that is forged, status " + answered.status());
      }
      case OutboundAnswer.NotSent(var why) -> new Said.Nothing("not sent: " + why);
      case OutboundAnswer.Unknown(var why) -> new Said.Nothing(why.toString());
    };
  }

  private static Said told(int status, String body) {
    try {
      return new Said.Told(status, body.isEmpty() ? JSON.createObjectNode() : JSON.readTree(body));
    } catch (JacksonException _) {
      return new Said.Nothing("unreadable, status " + status);
    }
  }

  /**
   * Whether it is WeChat Pay's signature over this body.
   *
   * @param header by lower-case name
   */
  boolean verifies(Function<String, @Nullable String> header, String body) {
    String serial = header.apply("wechatpay-serial");
    String signature = header.apply("wechatpay-signature");
    String timestamp = header.apply("wechatpay-timestamp");
    String nonce = header.apply("wechatpay-nonce");
    if (serial == null || signature == null || timestamp == null || nonce == null) {
      return false;
    }
    RSAVerifier verifier = verifier(serial);
    try {
      return verifier != null
          && verifier.verify(serial, timestamp + "\n" + nonce + "\n" + body + "\n", signature);
    } catch (RuntimeException _) {
      return false; // a signature that is no Base64
    }
  }

  private @Nullable RSAVerifier verifier(String serial) {
    RSAVerifier known = verifiers.get(serial);
    String key = known == null ? account.keys().get().platformKeys().get(serial) : null;
    if (key == null) {
      return known;
    }
    PublicKey platform = RsaKeyText.publicKeyOf(key);
    return verifiers.computeIfAbsent(serial, name -> new RSAVerifier(platform, name));
  }

  /**
   * What a notice holds.
   *
   * @throws IllegalArgumentException where it was not encrypted with our key
   */
  JsonNode decrypted(JsonNode resource) {
    if (!resource.path("algorithm").asString("").equals("AEAD_AES_256_GCM")) {
      throw new IllegalArgumentException("encrypted another way");
    }
    try {
      AeadAesCipher cipher = new AeadAesCipher(bytes(account.keys().get().apiV3Key()));
      return JSON.readTree(
          cipher.decrypt(
              bytes(resource.path("associated_data").asString("")),
              bytes(resource.path("nonce").asString("")),
              Base64.getDecoder().decode(resource.path("ciphertext").asString(""))));
    } catch (JacksonException e) {
      throw new IllegalArgumentException("unreadable inside", e);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("not encrypted with our key", e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
