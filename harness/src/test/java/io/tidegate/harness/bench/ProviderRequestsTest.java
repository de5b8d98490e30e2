package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Each provider's notices are its own. */
final class ProviderRequestsTest {
  private static final Unpaid PAID = new Unpaid(1, Ascii.of("1"), Ascii.of("P1"), 500);

  private static byte[] notice(String provider) {
    return new ProviderRequests("x", provider, null, "0".repeat(32)).of(PAID, Instant.EPOCH, 7);
  }

  @Test
  void those_of_stripe_are_signed_as_stripe_does() {
    assertThat(new String(notice("stripe"), StandardCharsets.US_ASCII))
        .startsWith("POST /v1/callbacks/stripe HTTP/1.1\r\n")
        .contains("Stripe-Signature: t=0,v1=");
  }

  @Test
  void one_that_nobody_knows_is_taken_for_no_other() {
    assertThatThrownBy(() -> notice("paypal")).hasMessageContaining("paypal");
  }
}
