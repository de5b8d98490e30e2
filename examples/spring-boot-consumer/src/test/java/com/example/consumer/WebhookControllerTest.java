package com.example.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The application alone, with its own web server: what it reads of whom. */
class WebhookControllerTest {

  private static final String SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
  private static final String PAID =
      """
      {"source":"/shop","id":"1","type":"order.paid.v1","data":{"number":"A","user":"1",
       "total":100,"currency":"CNY","region":"330106","paidAt":"2026-01-01T00:00:00Z"%s}}
      """;

  private static ConfigurableApplicationContext application;
  private static HttpClient client;
  private static URI in;

  @BeforeAll
  static void open() {
    System.setProperty("rmq.logback.configurationFile", "rocketmq-client-logback.xml");
    application =
        SpringApplication.run(
            ConsumerApplication.class,
            "--server.port=0",
            "--server.address=127.0.0.1",
            "--spring.datasource.url=jdbc:h2:mem:webhooks;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE",
            "--shop.webhook-secret=" + SECRET,
            "--shop.namesrv=");
    String port = application.getEnvironment().getProperty("local.server.port");
    in = URI.create("http://127.0.0.1:" + port + "/in");
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void close() {
    client.close();
    application.close();
  }

  private static int post(String body, BodyPublisher publisher) throws Exception {
    long now = Instant.now().getEpochSecond();
    return client
        .send(
            HttpRequest.newBuilder(in)
                .header("Content-Type", "application/json")
                .header("webhook-id", "evt_1")
                .header("webhook-timestamp", Long.toString(now))
                .header("webhook-signature", new Webhook(SECRET).sign("evt_1", now, body))
                .POST(publisher)
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  private static BodyPublisher chunked(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes));
  }

  @Test
  void aDeliveryIsTakenWhetherItTellsItsLengthOrNot() throws Exception {
    String paid = PAID.formatted("");
    assertThat(post(paid, BodyPublishers.ofString(paid))).isEqualTo(204);
    assertThat(post(paid, chunked(paid))).isEqualTo(204);
    assertThat(post("another", chunked(paid))).isEqualTo(401);
  }

  /** Signed or not: the sender is known only once all of it was read. */
  @Test
  void moreThanADeliveryHasIsNotRead() throws Exception {
    String large = PAID.formatted(",\"more\":\"" + "x".repeat(70_000) + "\"");
    assertThat(post(large, BodyPublishers.ofString(large))).isEqualTo(413);
    assertThat(post(large, chunked(large))).isEqualTo(413);
  }
}
