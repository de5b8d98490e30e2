package com.example.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** A paid order of a whole Tidegate comes by webhook and by RocketMQ, and is one row. */
@Tag("own-engine")
@ExtendWith(OutputCaptureExtension.class)
class BothWaysIT {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int PORT_TRIES_MAX = 200;

  @Test
  void anOrderThatComesByBothWaysIsOne(@TempDir Path folder, CapturedOutput output)
      throws Exception {
    System.setProperty("rmq.logback.configurationFile", "rocketmq-client-logback.xml");
    int port = freePort();
    try (Shop shop = Shop.open(folder)) {
      String secret = shop.subscribe(URI.create("http://127.0.0.1:" + port + "/in"));
      try (ConfigurableApplicationContext application =
          SpringApplication.run(
              ConsumerApplication.class,
              "--server.port=" + port,
              "--spring.datasource.url=jdbc:h2:mem:both;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE",
              "--shop.webhook-secret=" + secret,
              "--shop.namesrv=" + shop.namesrv())) {
        String order = shop.buy();
        await().atMost(PATIENCE).until(() -> output.getAll().contains("webhook evt_"));
        await().atMost(PATIENCE).until(() -> output.getAll().contains(": AGAIN"));
        await()
            .atMost(PATIENCE)
            .until(() -> output.getAll().lines().anyMatch(line -> line.contains(": message ")));
        JdbcTemplate jdbc = application.getBean(JdbcTemplate.class);
        assertThat(jdbc.queryForList("select number from paid_order", String.class))
            .containsExactly(order);
        assertThat(jdbc.queryForObject("select count(*) from heard_event", Long.class))
            .isEqualTo(1);
      }
    }
  }

  /** Below those that systems give to outgoing connections, one of which would take it at times. */
  private static int freePort() throws IOException {
    IOException last = new IOException("no port is free");
    for (int tries = 0; tries < PORT_TRIES_MAX; tries++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port)) {
        return socket.getLocalPort();
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }
}
