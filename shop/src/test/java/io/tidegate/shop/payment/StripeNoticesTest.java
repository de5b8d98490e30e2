package io.tidegate.shop.payment;

import static io.tidegate.shop.payment.AlipayFixtures.NOW;
import static io.tidegate.shop.payment.AlipayFixtures.ORDER;
import static io.tidegate.shop.payment.AlipayFixtures.PAYMENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.http.Outbound;
import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.payment.PaymentProvider.Notice;
import io.tidegate.shop.payment.PaymentProvider.Reading;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which events are Stripe's own, and what they mean. */
class StripeNoticesTest {

  private static final String WEBHOOK_SECRET = "whsec_of_a_test_0123456789";
  private static final Instant SENT = Instant.parse("2026-11-25T03:59:13Z");
  private static final Capture CAPTURE =
      new Capture(
          PAYMENT, "stripe", "pi_3Q7", Money.cny(1_990), Instant.parse("2026-11-25T03:59:12Z"));
  private static final Refund REFUND =
      Refund.requested(new RefundId(ORDER, 2), CAPTURE, Money.cny(990), Refund.Reason.LATE, NOW);

  /** Nobody is called here. */
  private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

  private final Outbound outbound = new Outbound(new SimpleMeterRegistry());
  private final StripeClient client =
      new StripeClient(
          outbound.to(OutboundSettings.of("stripe", NOWHERE)),
          new StripeAccount(
              NOWHERE,
              "https://shop.example/done",
              () -> new StripeAccount.Keys("sk_test_of_a_test_0123", WEBHOOK_SECRET)),
          () -> NOW);

  @AfterEach
  void close() {
    outbound.close();
  }

  private Reading read(String signature, String body, Instant at) {
    return client.read(
        name -> name.equals("Stripe-Signature") && !signature.isEmpty() ? signature : null,
        body.getBytes(StandardCharsets.UTF_8),
        at);
  }

  private Notice parse(String signature, String body, Instant at) {
    return read(signature, body, at).notice();
  }

  private static String event() {
    return AlipayFixtures.read("stripe/event.json");
  }

  private static String genuine() {
    return "t=1795579153,v1=" + AlipayFixtures.read("stripe/event.sign");
  }

  private static String signed(String body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(WEBHOOK_SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] text = ("1795579153." + body).getBytes(StandardCharsets.UTF_8);
      return "t=1795579153,v1=" + HexFormat.of().formatHex(mac.doFinal(text));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatOpenSslSignedIsACapture() {
    assertThat(signed(event())).isEqualTo(genuine());
    assertThat(parse(genuine(), event(), NOW)).isEqualTo(new Notice.Verified(CAPTURE));
    assertThat(parse(genuine() + ",v0=00", event(), NOW)).isEqualTo(new Notice.Verified(CAPTURE));
    assertThat(parse(genuine(), event(), SENT.plusSeconds(301)))
        .isEqualTo(new Notice.Rejected("stale"));
    assertThat(parse(genuine(), event(), SENT.minusSeconds(301)))
        .isEqualTo(new Notice.Rejected("stale"));
  }

  /** Whoever has an old signature must find no way to write a fresh time beside it. */
  @Test
  void aTimeIsReadAsItWasSigned() {
    Instant later = SENT.plus(Duration.ofDays(2));
    String fresh = "t=" + later.getEpochSecond();
    String sign = genuine().substring(genuine().indexOf(",v1="));
    for (String odd :
        List.of(
            genuine() + "," + fresh,
            "t=+1795579153," + fresh + sign,
            "t=+1795579153" + sign + "," + fresh,
            fresh + "," + genuine(),
            "t=+1795579153" + sign,
            " " + genuine(),
            genuine().replace("t=", "t= "))) {
      assertThat(parse(odd, event(), later)).as(odd).isInstanceOf(Notice.Rejected.class);
    }
    assertThat(parse("t=+1795579153" + sign, event(), NOW)).isInstanceOf(Notice.Rejected.class);
  }

  /** More than 500 kinds: nothing of a genuine event may be altered or lacking. */
  @Test
  void forgedStaleForeignAndAlteredOnesChangeNothing() {
    String body = event();
    Set<String> tried = new HashSet<>();
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 200; i++) {
      int at = random.nextInt(body.length());
      String other = body.charAt(at) == '7' ? "8" : "7";
      rejected(tried, genuine(), body.substring(0, at) + other + body.substring(at + 1));
      rejected(tried, genuine(), body.substring(0, at) + body.substring(at + 1));
      rejected(tried, genuine(), body.substring(0, at));
    }
    for (int i = 0; i < genuine().length(); i++) {
      char other = genuine().charAt(i) == '7' ? '8' : '7';
      rejected(tried, genuine().substring(0, i) + other + genuine().substring(i + 1), body);
    }
    for (String odd :
        List.of("", "t=1795579153", "v1=00", "t=,v1=", genuine().replace("v1=", "v0="))) {
      rejected(tried, odd, body);
    }
    // Stripe's own signature over what can't be read.
    for (String odd :
        List.of(
            "",
            "{}",
            "[]",
            body.replace("checkout.session.completed", ""),
            body.replace("\"amount_total\":1990", "\"amount_total\":0"),
            body.replace("\"amount_total\":1990", "\"amount_total\":\"1990\""),
            body.replace("pi_3Q7", ""),
            body.replace("1795579152", "\"soon\""))) {
      rejected(tried, signed(odd), odd);
    }
    assertThat(tried.size()).isGreaterThan(500);
  }

  private void rejected(Set<String> tried, String signature, String body) {
    if (tried.add(signature + body)) {
      assertThat(parse(signature, body, NOW))
          .as(signature + " " + body)
          .isInstanceOf(Notice.Rejected.class);
    }
  }

  private Notice about(String body) {
    return parse(signed(body), body, NOW);
  }

  @Test
  void eventsMeanWhatTheySay() {
    String body = event();
    assertThat(about(body.replace("\"livemode\":false", "\"livemode\":true")))
        .isEqualTo(new Notice.Misdirected(CAPTURE));
    assertThat(about(body.replace("\"payment_status\":\"paid\"", "\"payment_status\":\"unpaid\"")))
        .isInstanceOf(Notice.Noted.class);
    assertThat(about(body.replace("session.completed", "session.async_payment_succeeded")))
        .isEqualTo(new Notice.Verified(CAPTURE));
    assertThat(about(body.replace("session.completed", "session.expired")))
        .isEqualTo(new Notice.Failed(PAYMENT));
    assertThat(about(body.replace("checkout.session.completed", "refund.failed")))
        .as("by hand")
        .isInstanceOf(Notice.Noted.class);
  }

  /** Stripe would repeat for days, and for nothing, what it hears no to. */
  @Test
  void whatIsReallyStripesAndNothingOfOursIsNotRefused() {
    String body = event();
    assertThat(about(body.replace(PAYMENT.toString(), "1")))
        .isEqualTo(new Notice.Foreign("no payment of ours"));
    assertThat(about(body.replace("checkout.session.completed", "charge.succeeded")))
        .isEqualTo(new Notice.Noted(PAYMENT, "a type that is not known"));
    assertThat(
            about(
                body.replace("session.completed", "session.expired")
                    .replace("\"livemode\":false", "\"livemode\":true")))
        .isEqualTo(new Notice.Foreign("not for this merchant"));
  }

  /** What became of it only a question tells. */
  @Test
  void aRefundsEventNamesTheRefund() {
    String body =
        """
        {"type":"refund.failed","livemode":false,"data":{"object":{"id":"re_1","status":"failed",\
        "metadata":{"payment":"%s","refund":"%s"}}}}\
        """
            .formatted(PAYMENT, REFUND.id());
    for (String type : List.of("refund.created", "refund.updated", "refund.failed")) {
      assertThat(about(body.replace("refund.failed", type)))
          .isEqualTo(new Notice.OfRefund(PAYMENT, REFUND.id(), false));
      assertThat(
              about(
                  body.replace("refund.failed", type)
                      .replace("\"status\":\"failed\"", "\"status\":\"succeeded\"")))
          .isEqualTo(new Notice.OfRefund(PAYMENT, REFUND.id(), !type.equals("refund.failed")));
    }
    assertThat(about(body.replace("\"livemode\":false", "\"livemode\":true")))
        .isNotInstanceOf(Notice.OfRefund.class);
  }

  /** C7. */
  @Test
  void aKeptNoticeShowsNothingOfWhoPaid() {
    for (String signature : List.of(genuine(), "t=1")) {
      assertThat(read(signature, event(), NOW).masked().get())
          .contains(PAYMENT.toString(), "pi_3Q7", "1990")
          .doesNotContain("jenny", "Jenny");
    }
    assertThat(read("", "[1]", NOW).masked().get()).isEqualTo("(3 bytes that can't be read)");
  }
}
