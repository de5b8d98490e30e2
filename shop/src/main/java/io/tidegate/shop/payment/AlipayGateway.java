package io.tidegate.shop.payment;

import com.alipay.api.AlipayApiException;
import com.alipay.api.internal.util.AlipaySignature;
import io.tidegate.platform.http.OutboundAnswer;
import io.tidegate.platform.http.OutboundProvider;
import io.tidegate.platform.http.OutboundRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Alipay's gateway: requests are signed, and answers verified, by Alipay's own library; the calls
 * are ours, so that they are bounded.
 */
final class AlipayGateway {

  /** All times are Beijing's. */
  static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

  static final String RSA2 = "RSA2";

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  /** As they come: some answers have a part of a second, which notices don't. */
  private static final DateTimeFormatter THEIR_TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private static final String UTF_8 = "utf-8";
  private static final JsonMapper JSON = JsonMapper.shared();

  private final OutboundProvider calls;
  private final AlipayAccount account;
  private final InstantSource clock;
  private final AlipayRsa2 rsa2 = new AlipayRsa2();

  AlipayGateway(OutboundProvider calls, AlipayAccount account, InstantSource clock) {
    this.calls = calls;
    this.account = account;
    this.clock = clock;
  }

  /** What is known after a call. */
  sealed interface Said {
    /** Alipay's own answer: its signature is verified. */
    record Told(JsonNode node) implements Said {
      String code() {
        return node.path("code").asString("");
      }

      boolean isSuccess() {
        return code().equals("10000");
      }

      /** Whether it is a refusal of this request, and no trouble at Alipay. */
      boolean isRefusal() {
        return code().equals("40004") && !subCode().equals("ACQ.SYSTEM_ERROR");
      }

      String subCode() {
        return node.path("sub_code").asString("");
      }

      String text(String field) {
        return node.path(field).asString("");
      }
    }

    /** Nobody knows whether it was done. */
    record Nothing(String why) implements Said {}
  }

  AlipayAccount account() {
    return account;
  }

  /** The address at which a customer's browser makes a signed request itself. */
  String pageUrl(String method, String bizContent, String notifyUrl) {
    Map<String, String> fields = request(method, bizContent);
    fields.put("notify_url", notifyUrl);
    if (!account.returnUrl().isEmpty()) {
      fields.put("return_url", account.returnUrl());
    }
    return account.gateway() + "?" + FormText.write(signed(fields));
  }

  Said call(String method, String bizContent) {
    return call(method, request(method, bizContent));
  }

  Said call(String method, String bizContent, String notifyUrl) {
    Map<String, String> fields = request(method, bizContent);
    fields.put("notify_url", notifyUrl);
    return call(method, fields);
  }

  private Said call(String method, Map<String, String> fields) {
    // Every call names a number of ours, so the same one twice is one there.
    OutboundRequest request =
        OutboundRequest.postFormOnce(
            account.gateway().getRawPath(),
            FormText.write(signed(fields)).getBytes(StandardCharsets.UTF_8));
    return switch (calls.call(request)) {
      case OutboundAnswer.Answered answer when answer.status() == 200 ->
          verified(method, answer.body());
      case OutboundAnswer.Answered answer -> new Said.Nothing("status " + answer.status());
      case OutboundAnswer.NotSent(var why) -> new Said.Nothing("not sent: " + why);
      case OutboundAnswer.Unknown(var why) -> new Said.Nothing(why.toString());
    };
  }

  private Map<String, String> request(String method, String bizContent) {
    Map<String, String> fields = new TreeMap<>();
    fields.put("app_id", account.appId());
    fields.put("method", method);
    fields.put("format", "JSON");
    fields.put("charset", UTF_8);
    fields.put("sign_type", RSA2);
    fields.put("timestamp", time(clock.instant()));
    fields.put("version", "1.0");
    fields.put("biz_content", bizContent);
    return fields;
  }

  private Map<String, String> signed(Map<String, String> fields) {
    try {
      String content = AlipaySignature.getSignContent(fields);
      fields.put("sign", rsa2.signed(content, account.keys().get().privateKey()));
      return fields;
    } catch (AlipayApiException _) {
      // Its message has the key in it.
      throw new IllegalStateException("our private key at Alipay does not sign");
    }
  }

  /** Whether a notice's signature is Alipay's, by the rule of its library's {@code rsaCheckV1}. */
  boolean verifies(Map<String, String> notice) {
    // It takes away what is in no signature.
    return verifies(
        AlipaySignature.getSignCheckContentV1(new HashMap<>(notice)), notice.get("sign"));
  }

  /** The signature is over the answer's member as it came, to the byte. */
  private Said verified(String method, byte[] body) {
    String name = method.replace('.', '_') + "_response";
    try {
      JsonNode whole = JSON.readTree(body);
      Optional<String> raw = member(body, name);
      String sign = whole.path("sign").asString("");
      if (raw.isEmpty()) {
        return new Said.Nothing("error: " + whole.path("error_response").path("code").asString(""));
      }
      Optional<String> told = signed(raw.get(), sign);
      // Read from what was verified: of a member that comes twice another reader takes the other.
      return told.isPresent()
          ? new Said.Told(JSON.readTree(told.get()))
          : new Said.Nothing("an answer that is forged");
    } catch (JacksonException _) {
      return new Said.Nothing("unreadable");
    }
  }

  /**
   * What Alipay's signature is over: the text as it came, or the same before its slashes were
   * escaped on the way; empty where it is over neither. Alipay's own library looks at both, too.
   */
  private Optional<String> signed(String raw, String sign) {
    return Stream.of(raw, raw.replace("\\/", "/"))
        .distinct()
        .filter(text -> verifies(text, sign))
        .findFirst();
  }

  private boolean verifies(String text, @Nullable String sign) {
    return rsa2.isSigned(text, sign, account.keys().get().alipayPublicKey());
  }

  private static Optional<String> member(byte[] body, String name) {
    try (JsonParser parser = JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean wanted = name.equals(parser.currentName());
        parser.nextToken();
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        if (wanted) {
          int to = (int) parser.currentLocation().getByteOffset();
          return Optional.of(
              new String(Arrays.copyOfRange(body, from, to), StandardCharsets.UTF_8));
        }
      }
      return Optional.empty();
    }
  }

  /** Reads a file at an address that an answer named. */
  OutboundAnswer read(URI address, OutboundProvider.Body body) {
    return calls.read(OutboundRequest.getAt(address), body);
  }

  static String time(Instant at) {
    return TIME.format(at.atZone(ZONE));
  }

  /**
   * A moment in Alipay's words.
   *
   * @throws java.time.DateTimeException where it is none
   */
  static Instant time(String text) {
    return LocalDateTime.parse(text, THEIR_TIME)
        .truncatedTo(ChronoUnit.SECONDS)
        .atZone(ZONE)
        .toInstant();
  }
}
