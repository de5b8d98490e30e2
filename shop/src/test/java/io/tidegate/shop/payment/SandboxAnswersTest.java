package io.tidegate.shop.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.http.Outbound;
import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.payment.PaymentProvider.Return;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the sandbox's answers about refunds mean, and whether its statement came whole. */
class SandboxAnswersTest {

  private static final Instant NOW = Instant.parse("2026-11-25T04:00:00Z");
  private static final OrderNumber ORDER = OrderNumber.of(NOW.toEpochMilli(), 42, 0, 0);
  private static final Refund REFUND =
      Refund.requested(
          new RefundId(ORDER, 1),
          new Capture(new PaymentId(ORDER, 1), "sandbox", "T1", Money.cny(990), NOW),
          Refund.Reason.LATE,
          NOW);

  private final Outbound outbound = new Outbound(new SimpleMeterRegistry());
  private HttpServer there;
  private SandboxClient client;
  private SandboxStatementClient statements;
  private volatile int status = 200;
  private volatile String body = "";
  private volatile int cutOff;

  @BeforeEach
  void open() throws IOException {
    there = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    there.createContext("/", this::answer);
    there.start();
    URI base = URI.create("http://127.0.0.1:" + there.getAddress().getPort());
    client =
        new SandboxClient(
            outbound.to(OutboundSettings.of("sandbox", base).withTries(1)),
            "secret-of-a-test".getBytes(StandardCharsets.UTF_8),
            "us",
            () -> "",
            InstantSource.system());
    statements =
        new SandboxStatementClient(
            outbound.to(OutboundSettings.of("statement", base).withTryMax(Duration.ofSeconds(20))));
  }

  @AfterEach
  void close() {
    outbound.close();
    there.stop(0);
  }

  @Test
  void aRefusalIsKeptInItsOwnWords() {
    told(409, "{\"code\":\"over_refund\",\"detail\":\"More than is left.\"}");
    assertThat(client.refund(REFUND))
        .isEqualTo(new Return.Failed("over_refund: More than is left."));
    told(404, "{\"code\":\"not_found\",\"detail\":\"There is no such payment.\"}");
    assertThat(client.refund(REFUND))
        .isEqualTo(new Return.Failed("not_found: There is no such payment."));
    told(200, "{\"state\":\"failed\",\"why\":\"reversed\\n\\u0007\"}");
    assertThat(client.queryRefund(REFUND)).isEqualTo(new Return.Failed("failed: reversed"));
  }

  /** M7: only what the provider says plainly is a refusal. */
  @Test
  void whatIsNoPlainRefusalIsUnknown() {
    for (int odd : List.of(400, 401, 403, 429, 500, 503)) {
      told(odd, "{\"code\":\"no\"}");
      assertThat(client.refund(REFUND)).as("" + odd).isInstanceOf(Return.Unknown.class);
    }
    told(409, "<html>a proxy's</html>");
    assertThat(client.refund(REFUND)).isInstanceOf(Return.Unknown.class);
    told(404, "<html>a proxy's</html>");
    assertThat(client.refund(REFUND)).isInstanceOf(Return.Unknown.class);
    told(200, "{\"state\":\"odd\"}");
    assertThat(client.refund(REFUND)).isInstanceOf(Return.Unknown.class);
    told(404, "{}");
    assertThat(client.queryRefund(REFUND)).isEqualTo(new Return.Absent());
  }

  @Test
  void aStatementIsReadToItsEnd() {
    told(200, statement(3_000));
    List<StatementLine> lines = new ArrayList<>();
    fetch(lines);
    assertThat(lines).hasSize(3_000);
    assertThat(lines.get(7).amount()).isEqualTo(Money.cny(8));
    assertThat(lines.get(7).type()).isEqualTo(StatementLine.Type.REFUND);
  }

  @Test
  void oneThatBreaksOffIsNone() {
    told(200, statement(3_000));
    cutOff = 1_000;
    assertThatThrownBy(() -> fetch(new ArrayList<>()))
        .isInstanceOf(StatementSource.Unavailable.class);
    cutOff = 0;
    told(200, "type,number\n");
    assertThatThrownBy(() -> fetch(new ArrayList<>()))
        .isInstanceOf(StatementSource.Unavailable.class)
        .hasMessageContaining("line 1");
    told(503, statement(1));
    assertThatThrownBy(() -> fetch(new ArrayList<>()))
        .isInstanceOf(StatementSource.Unavailable.class)
        .hasMessageContaining("503");
  }

  private void fetch(List<StatementLine> lines) {
    statements.fetch(LocalDate.of(2026, 11, 25), ZoneOffset.UTC, lines::add);
  }

  private static String statement(int lines) {
    StringBuilder text = new StringBuilder("type,number,payment,transaction,amount,currency,at\n");
    for (int i = 1; i <= lines; i++) {
      text.append("refund,%sr%d,%sp1,,%d,CNY,%s\n".formatted(ORDER, i, ORDER, -i, NOW));
    }
    return text.toString();
  }

  private void told(int code, String text) {
    status = code;
    body = text;
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes, 0, bytes.length - cutOff);
    exchange.close();
  }
}
