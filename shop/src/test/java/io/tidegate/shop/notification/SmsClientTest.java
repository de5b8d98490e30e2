package io.tidegate.shop.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Outbound;
import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.shop.testing.ShopServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What each answer of the SMS provider means. */
class SmsClientTest {

  private static final OutgoingMessage MESSAGE =
      new OutgoingMessage("7-order_paid", Channel.SMS, "13800138000", "您的订单");

  private final List<String> bodies = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile int status = 202;

  @Test
  void everyAnswerHasItsMeaning() {
    try (Outbound outbound = new Outbound(new SimpleMeterRegistry())) {
      SmsClient client;
      try (ShopServer provider =
          new ShopServer(router -> router.post("/sms/messages", Access.raw(), this::answer))) {
        OutboundSettings settings = OutboundSettings.of("sms", provider.base()).withTries(1);
        client = new SmsClient(outbound.to(settings.withTryMax(Duration.ofMinutes(1))));
        assertThat(client.send(MESSAGE)).isEqualTo(new SendResult.Accepted());
        assertThat(bodies)
            .containsExactly(
                "{\"message\":\"7-order_paid\",\"channel\":\"sms\",\"to\":\"13800138000\",\"text\":\"您的订单\"}");
        status = 400;
        assertThat(client.send(MESSAGE)).isEqualTo(new SendResult.Rejected("status_400"));
        status = 429;
        assertThat(client.send(MESSAGE)).isEqualTo(new SendResult.NotDone("status_429"));
        status = 503;
        assertThat(client.send(MESSAGE)).isEqualTo(new SendResult.NotDone("status_503"));
        status = 0;
        SmsClient impatient =
            new SmsClient(outbound.to(settings.withTryMax(Duration.ofMillis(500))));
        assertThat(impatient.send(MESSAGE)).isEqualTo(new SendResult.Unknown("timed_out"));
        ended.countDown();
      }
      assertThat(client.send(MESSAGE))
          .isInstanceOfAny(SendResult.NotDone.class, SendResult.Unknown.class);
    }
  }

  private Reply answer(Request request) throws InterruptedException {
    bodies.add(new String(request.body(), StandardCharsets.UTF_8));
    if (status == 0) {
      ended.await();
    }
    return Reply.json(status == 0 ? 202 : status, json -> json.beginObject().endObject());
  }
}
