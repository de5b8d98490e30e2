package io.tidegate.shop.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alipay.api.AlipayApiException;
import com.alipay.api.internal.util.AlipaySignature;
import java.net.URI;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Alipay's own library is the judge of what its signatures are, over notices of all kinds. */
class AlipayRsa2Test {

  private static final AlipayAccount.Keys KEYS =
      AlipayFixtures.account(URI.create("http://127.0.0.1:9/")).keys().get();
  private static final List<String> ODD =
      List.of(
          "", " ", "\t", "+", "%", "&", "=", "茶杯 & 茶壶", "\ud83c\udf75", "a=b&c=d", "\u00a0", "0");

  private final AlipayRsa2 rsa2 = new AlipayRsa2();
  private final SplittableRandom random = new SplittableRandom(11);

  private static boolean library(Map<String, String> notice) {
    try {
      return AlipaySignature.rsaCheckV1(
          new HashMap<>(notice), KEYS.alipayPublicKey(), "utf-8", "RSA2");
    } catch (AlipayApiException _) {
      return false;
    }
  }

  private boolean ours(Map<String, String> notice) {
    String sign = notice.get("sign");
    String content = AlipaySignature.getSignCheckContentV1(new HashMap<>(notice));
    return rsa2.isSigned(content, sign, KEYS.alipayPublicKey());
  }

  private static Map<String, String> signed(Map<String, String> fields) {
    Map<String, String> all = new TreeMap<>(fields);
    Map<String, String> text = new TreeMap<>(fields);
    text.values().removeIf(String::isBlank);
    all.put("sign_type", "RSA2");
    all.put("sign", AlipayFixtures.sign(AlipayFixtures.joined(text), "theirs.pem"));
    return all;
  }

  /** A notice with fields of odd names and values, some of them empty. */
  private Map<String, String> notice() {
    Map<String, String> fields = new TreeMap<>(AlipayFixtures.notice());
    for (int i = random.nextInt(6); i > 0; i--) {
      fields.put("field" + random.nextInt(9) + oneOf(ODD), oneOf(ODD) + oneOf(ODD));
    }
    fields.keySet().removeIf(_ -> random.nextInt(12) == 0);
    return fields;
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** What befalls a signed notice on its way. */
  private Map<String, String> befallen(Map<String, String> signed) {
    Map<String, String> all = new TreeMap<>(signed);
    String sign = signed.getOrDefault("sign", "");
    switch (random.nextInt(14)) {
      case 0 -> all.put("field" + random.nextInt(9), oneOf(ODD));
      case 1 -> all.remove(oneOf(List.copyOf(all.keySet())));
      case 2 -> all.put(oneOf(List.copyOf(all.keySet())), oneOf(ODD));
      case 3 -> all.put("sign", oneOf(ODD));
      case 4 -> all.put("sign", sign.substring(0, random.nextInt(sign.length())));
      case 5 -> all.put("sign", sign + oneOf(ODD));
      case 6 -> all.put("sign", sign.replace('+', ' '));
      case 7 -> all.put("sign", sign.replace('+', '-').replace('/', '_'));
      case 8 -> all.put("sign", sign.replaceAll("(.{76})", "$1\r\n"));
      case 9 -> all.put("sign", sign.replace("=", ""));
      case 10 -> all.put("sign", "*" + sign + "茶");
      case 11 -> all.put("sign", Base64.getEncoder().encodeToString(new byte[random.nextInt(300)]));
      case 12 -> all.put("sign_type", oneOf(ODD));
      default -> all.put("charset", "GBK");
    }
    return all;
  }

  @Test
  void itSaysWhatTheLibrarySaysOfNoticesOfAllKinds() {
    int genuine = 0;
    int altered = 0;
    int stillTrue = 0;
    for (int i = 0; i < 1_000; i++) {
      Map<String, String> notice = i % 2 == 0 ? signed(notice()) : befallen(signed(notice()));
      boolean judged = library(notice);
      assertThat(ours(notice)).as(notice.toString()).isEqualTo(judged);
      genuine += i % 2 == 0 && judged ? 1 : 0;
      altered += judged ? 0 : 1;
      stillTrue += i % 2 != 0 && judged ? 1 : 0;
    }
    assertThat(genuine).isGreaterThan(450);
    assertThat(altered).isGreaterThan(200);
    assertThat(stillTrue).as("white space in Base64, an empty field").isGreaterThan(20);
    assertThat(ours(Map.of())).isFalse();
    assertThat(ours(Map.of("sign", "AAAA"))).isEqualTo(library(Map.of("sign", "AAAA"))).isFalse();
  }

  @Test
  void itSignsAsTheLibraryDoes() throws AlipayApiException {
    for (int i = 0; i < 100; i++) {
      String content = AlipayFixtures.joined(notice());
      assertThat(rsa2.signed(content, KEYS.privateKey()))
          .isEqualTo(AlipaySignature.rsaSign(content, KEYS.privateKey(), "utf-8", "RSA2"));
    }
    for (String empty : new String[] {"", " "}) {
      assertThatThrownBy(() -> rsa2.signed(empty, KEYS.privateKey()))
          .isInstanceOf(AlipayApiException.class);
    }
    assertThatThrownBy(() -> rsa2.signed("a=b", "AAAA")).isInstanceOf(AlipayApiException.class);
  }

  /** Keys that are kept are those of the texts, in turns and at once. */
  @Test
  void anotherKeyIsAnotherKey() throws Exception {
    String other = RsaKeyText.publicOf(KEYS.privateKey());
    Map<String, String> notice = signed(AlipayFixtures.notice());
    String content = AlipaySignature.getSignCheckContentV1(new HashMap<>(notice));
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<Boolean>> all =
          Collections.nCopies(
              40,
              () ->
                  rsa2.isSigned(content, notice.get("sign"), KEYS.alipayPublicKey())
                      && !rsa2.isSigned(content, notice.get("sign"), other)
                      && !rsa2.isSigned(content, notice.get("sign"), "AAAA"));
      for (Future<Boolean> each : threads.invokeAll(all)) {
        assertThat(each.get()).isTrue();
      }
    }
  }
}
