package io.tidegate.harness.simulators;

import java.math.BigDecimal;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How Alipay writes: forms, their text to sign, times of Beijing, and yuan. */
final class AlipayForm {
  static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private AlipayForm() {}

  /** The fields of forms; a later one wins. */
  static Map<String, String> read(String... forms) {
    TreeMap<String, String> fields = new TreeMap<>();
    for (String form : forms) {
      for (String pair : form.isEmpty() ? new String[0] : form.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          fields.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
        }
      }
    }
    return fields;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  static String write(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(f -> encoded(f.getKey()) + "=" + encoded(f.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** What is signed of them: all that have a value, by name, but for those named. */
  static String toSign(Map<String, String> fields, String... without) {
    TreeMap<String, String> signed = new TreeMap<>(fields);
    for (String name : without) {
      signed.remove(name);
    }
    return signed.entrySet().stream()
        .filter(f -> !f.getValue().isEmpty())
        .map(f -> f.getKey() + "=" + f.getValue())
        .collect(Collectors.joining("&"));
  }

  static String time(long millis) {
    return TIME.format(Instant.ofEpochMilli(millis).atZone(ZONE));
  }

  static Optional<Instant> time(String text) {
    try {
      return Optional.of(LocalDateTime.parse(text, TIME).atZone(ZONE).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  static String yuan(long fen) {
    return BigDecimal.valueOf(fen, 2).toPlainString();
  }

  static Optional<Long> fen(String yuan) {
    return yuan.matches("[0-9]{1,9}(\\.[0-9]{1,2})?")
        ? Optional.of(new BigDecimal(yuan).movePointRight(2).longValueExact())
        : Optional.empty();
  }

  /** The number of a trade that is paid. */
  static String trade(Payment.Captured captured) {
    return time(captured.atMillis()).substring(0, 10).replace("-", "") + "2200" + captured.serial();
  }
}
