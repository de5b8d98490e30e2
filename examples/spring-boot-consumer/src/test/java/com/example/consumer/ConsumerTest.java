package com.example.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.common.message.MessageExt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;

/** The application over HTTP, and messages as the broker hands them over. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.datasource.url=jdbc:h2:mem:consumer;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE",
      "shop.webhook-secret=" + ConsumerTest.SECRET
    })
class ConsumerTest {

  static final String SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
  private static final String OTHER = "whsec_OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg=";
  private static final String DATA =
      """
      {"number":"383063485862551552","user":"42","region":"330106","state":"awaiting_shipment",
       "version":2,"currency":"CNY","itemsTotal":1990,"discountTotal":0,"freight":0,"total":1990,
       "channel":"shop","paidAt":"2026-11-11T00:00:00.123Z","more":{"than":["we","know"]},
       "items":[{"line":1,"sku":"A","title":"杯子","quantity":1,"unitPrice":1990,"discount":0,
       "total":1990}]}\
      """;

  @Autowired private Environment environment;
  @Autowired private JdbcTemplate jdbc;
  @Autowired private PaidOrderListener listener;

  @BeforeEach
  void empty() {
    jdbc.update("delete from heard_event");
    jdbc.update("delete from paid_order");
  }

  @Test
  void aSignedEventIsWrittenDownOnceHoweverOftenItComes() throws Exception {
    String body = event("72", "order.paid.v1");
    assertThat(post(body, now(), signature(SECRET, now(), body))).isEqualTo(204);
    assertThat(post(body, now(), signature(SECRET, now(), body))).isEqualTo(204);
    assertThat(
            jdbc.queryForList(
                "select number || ' ' || user_id || ' ' || total || ' ' || currency || ' ' ||"
                    + " region || ' ' || channel from paid_order",
                String.class))
        .containsExactly("383063485862551552 42 1990 CNY 330106 shop");
  }

  @Test
  void manyDeliveriesAtOnceAreOne() throws Exception {
    String body = event("72", "order.paid.v1");
    String signature = signature(SECRET, now(), body);
    List<Callable<Integer>> posts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      posts.add(() -> post(body, now(), signature));
    }
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : pool.invokeAll(posts)) {
        assertThat(answer.get()).isEqualTo(204);
      }
    }
    assertThat(orders()).isEqualTo(1);
  }

  @Test
  void theSameEventByBothWaysIsOne() throws Exception {
    String body = event("72", "order.paid.v1");
    assertThat(post(body, now(), signature(SECRET, now(), body))).isEqualTo(204);
    assertThat(listener.hear(List.of(message("72", DATA))))
        .isEqualTo(ConsumeConcurrentlyStatus.CONSUME_SUCCESS);
    assertThat(orders()).isEqualTo(1);
    assertThat(jdbc.queryForObject("select count(*) from heard_event", Integer.class)).isEqualTo(1);
  }

  @Test
  void nobodyElseIsBelieved() throws Exception {
    String body = event("72", "order.paid.v1");
    assertThat(post(body, now(), signature(OTHER, now(), body))).isEqualTo(401);
    String changed = body.replace("\"total\":1990", "\"total\":1");
    assertThat(post(changed, now(), signature(SECRET, now(), body))).isEqualTo(401);
    long longAgo = now() - 3_600;
    assertThat(post(body, longAgo, signature(SECRET, longAgo, body))).isEqualTo(401);
    assertThat(post(body, now(), "")).isEqualTo(401);
    assertThat(orders()).isZero();
  }

  /** While a secret is being replaced each delivery carries both signatures. */
  @Test
  void oneOfTwoSignaturesIsEnough() throws Exception {
    String body = event("72", "order.paid.v1");
    String both = signature(OTHER, now(), body) + " " + signature(SECRET, now(), body);
    assertThat(post(body, now(), both)).isEqualTo(204);
    assertThat(orders()).isEqualTo(1);
  }

  @Test
  void otherTypesAreTakenAndPassedOver() throws Exception {
    String body = event("73", "webhook.test.v1");
    assertThat(post(body, now(), signature(SECRET, now(), body))).isEqualTo(204);
    assertThat(orders()).isZero();
  }

  @Test
  void whatFailsLeavesNoMarkAndComesAgain() {
    assertThat(listener.hear(List.of(message("74", "{\"number\":\"1\"}"))))
        .isEqualTo(ConsumeConcurrentlyStatus.RECONSUME_LATER);
    assertThat(listener.hear(List.of(message("74", DATA))))
        .isEqualTo(ConsumeConcurrentlyStatus.CONSUME_SUCCESS);
    assertThat(orders()).isEqualTo(1);
  }

  private int orders() {
    return jdbc.queryForObject("select count(*) from paid_order", Integer.class);
  }

  private static String event(String id, String type) {
    return """
    {"specversion":"1.0","id":"%s","source":"/tidegate","type":"%s",\
    "subject":"383063485862551552","time":"2026-11-11T00:00:00.123Z",\
    "datacontenttype":"application/json","data":%s}\
    """
        .formatted(id, type, DATA);
  }

  private static MessageExt message(String id, String data) {
    MessageExt message = new MessageExt();
    message.setBody(data.getBytes(StandardCharsets.UTF_8));
    message.putUserProperty("ce_id", id);
    message.putUserProperty("ce_source", "/tidegate");
    message.putUserProperty("ce_type", "order.paid.v1");
    return message;
  }

  private static long now() {
    return Instant.now().getEpochSecond();
  }

  /** By the words of the standard, not by the library that verifies. */
  private static String signature(String secret, long timestamp, String body) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    byte[] signed = ("evt_72." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8);
    return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed));
  }

  private int post(String body, long timestamp, String signature) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:" + environment.getProperty("local.server.port") + "/in"))
            .header("Content-Type", "application/json")
            .header("webhook-id", "evt_72")
            .header("webhook-timestamp", Long.toString(timestamp))
            .header("webhook-signature", signature)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }
}
