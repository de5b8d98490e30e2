package io.tidegate.server.console;

import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.PaymentProvider;
import io.tidegate.shop.payment.Refund;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A provider that can be asked what became of a payment, and answers what it was told to. */
final class AnsweringProvider implements PaymentProvider {
  private volatile Standing standing = new Standing.Unknown("nobody told");

  void says(Standing what) {
    standing = what;
  }

  @Override
  public String name() {
    return "sandbox";
  }

  @Override
  public Standing query(Attempt attempt) {
    return standing;
  }

  @Override
  public Opening open(Attempt attempt, String subject) {
    throw new AssertionError("nobody pays here");
  }

  @Override
  public Standing close(Attempt attempt) {
    throw new AssertionError("nobody closes here");
  }

  @Override
  public Return refund(Refund refund) {
    throw new AssertionError("no worker runs here");
  }

  @Override
  public Return queryRefund(Refund refund) {
    return new Return.Absent();
  }

  @Override
  public Reading read(Function<String, @Nullable String> header, byte[] body, Instant now) {
    throw new AssertionError("no notice comes here");
  }
}
