package io.tidegate.harness.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A payment provider that a demo simulates. */
enum Provider {
  SANDBOX("any"),
  ALIPAY("qr"),
  WECHAT("native"),
  STRIPE("page");

  /** A way to pay that its shop asks it about before anybody can pay. */
  private final String method;

  Provider(String method) {
    this.method = method;
  }

  /** Its name in the API, and beside its book. */
  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its name where faults are set. */
  String faults() {
    return this == SANDBOX ? "payment" : wire();
  }

  /** The body that starts a payment at it. */
  String starting() {
    return starting(method);
  }

  /** The same for another way to pay. */
  String starting(String way) {
    return "{\"provider\":\"" + wire() + "\",\"method\":\"" + way + "\"}";
  }

  /** Whether it ever takes a refund back that it said it had made. */
  boolean takesRefundsBack() {
    return this != ALIPAY;
  }

  static List<Provider> all() {
    return List.of(values());
  }

  /**
   * The providers of a list such as {@code sandbox,alipay}.
   *
   * @throws IllegalArgumentException where one is unknown, or named twice
   */
  static List<Provider> read(String text) {
    List<Provider> read = new ArrayList<>();
    for (String name : text.split(",", -1)) {
      Provider one =
          Arrays.stream(values())
              .filter(each -> each.wire().equals(name.strip()))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("unknown: " + name));
      if (read.contains(one)) {
        throw new IllegalArgumentException("twice: " + name);
      }
      read.add(one);
    }
    return List.copyOf(read);
  }

  /** The list of all. */
  static String names() {
    return names(all());
  }

  static String names(List<Provider> providers) {
    return providers.stream().map(Provider::wire).collect(Collectors.joining(","));
  }
}
