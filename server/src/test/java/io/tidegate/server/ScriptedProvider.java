package io.tidegate.server;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.PaymentId;
import io.tidegate.shop.payment.PaymentProvider;
import io.tidegate.shop.payment.Refund;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A provider that gives money back at once, but for some orders, and took what a test says. Its
 * notices are {@code captured PAYMENT TRANSACTION AMOUNT}.
 */
final class ScriptedProvider implements PaymentProvider {

  private final Set<OrderNumber> refused = ConcurrentHashMap.newKeySet();

  private final Map<PaymentId, Capture> taken = new ConcurrentHashMap<>();

  /** Asked about an attempt, it says that it took this. */
  void took(Capture capture) {
    taken.put(capture.payment(), capture);
  }

  void refuseRefundsOf(OrderNumber order) {
    refused.add(order);
  }

  @Override
  public String name() {
    return "sandbox";
  }

  @Override
  public Opening open(Attempt attempt, String subject) {
    return new Opening.Opened("http://127.0.0.1/cashier");
  }

  @Override
  public Standing query(Attempt attempt) {
    Capture capture = taken.get(attempt.id());
    return capture == null ? new Standing.Open() : new Standing.Captured(capture);
  }

  @Override
  public Standing close(Attempt attempt) {
    return new Standing.Closed();
  }

  @Override
  public Return refund(Refund refund) {
    return refused.contains(refund.id().order())
        ? new Return.Failed("no")
        : new Return.Succeeded(Instant.now());
  }

  @Override
  public Return queryRefund(Refund refund) {
    return refused.contains(refund.id().order()) ? new Return.Failed("no") : new Return.Absent();
  }

  @Override
  public Reading read(Function<String, @Nullable String> header, byte[] body, Instant now) {
    return new Reading(notice(body, now), () -> "(" + body.length + " bytes)");
  }

  private Notice notice(byte[] body, Instant now) {
    String[] words = new String(body, StandardCharsets.UTF_8).split(" ", -1);
    if (!words[0].equals("captured")) {
      return new Notice.Rejected("nobody calls back here");
    }
    return new Notice.Verified(
        new Capture(
            PaymentId.parse(words[1]).orElseThrow(),
            name(),
            words[2],
            new Money(Long.parseLong(words[3]), "CNY"),
            now));
  }
}
