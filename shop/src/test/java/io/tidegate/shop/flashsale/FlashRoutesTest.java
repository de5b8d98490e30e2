package io.tidegate.shop.flashsale;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.http.Routes;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.ordering.TestNode;
import io.tidegate.shop.payment.FakeProvider;
import io.tidegate.shop.testing.ShopServer;
import java.net.http.HttpResponse;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The way in to sales over HTTP: what is refused before it costs anything, and what is answered.
 */
class FlashRoutesTest {

  private TestNode shop;
  private FlashNode node;
  private DrawDesk draws;
  private ShopServer server;

  @BeforeEach
  void open() {
    shop = new TestNode(TestNode.freshUrl(), 0, new FakeProvider());
    node = new FlashNode(shop, 1);
    draws = new DrawDesk(node.flash, new ConsigneeStore(node.database), 1_000);
    server = new ShopServer(node.flash.routes(draws).toArray(Routes[]::new));
  }

  @AfterEach
  void close() {
    server.close();
    draws.close();
    node.close();
    shop.close();
  }

  private long draw() {
    long sale = FlashNode.sale(shop, 4, 2);
    shop.run(
        "update flashsale.sale set mode = 'draw', draw_at = now() + interval '30 min', secret ="
            + " '\\x%1$s', commitment = '\\x%1$s' where id = %2$d"
                .formatted("00".repeat(32), sale));
    shop.run("insert into flashsale.draw (sale) values (" + sale + ")");
    return sale;
  }

  @Test
  void aDrawProvesTokensAndAnswersWhatItsKeysHave() {
    long sale = draw();
    node.open();
    assertCode(post(sale, 7, 1, "forged", "junk"), 403, "token_invalid");
    HttpResponse<String> entered = post(sale, 7, 1, token(sale, 7), "mine");
    assertThat(entered.statusCode()).isEqualTo(202);
    assertReplayed(post(sale, 7, 1, "forged", "mine"), entered);
    assertCode(post(sale, 7, 2, "forged", "mine"), 422, "key_reused");

    shop.run(
        "update flashsale.sale set starts_at = now() - interval '1 min', draw_at = now(),"
            + " version = version + 1");
    node.book.refresh();
    assertCode(post(sale, 8, 1, "forged", "late"), 409, "ended");
    assertCode(post(sale, 8, 1, token(sale, 8), "late"), 409, "ended");
    assertReplayed(post(sale, 7, 1, "forged", "mine"), entered);
    assertThat(shop.number("select count(*) from flashsale.entry")).isEqualTo(1);
  }

  @Test
  void aLimitSaysItsOwnPolicy() {
    long sale = FlashNode.sale(shop, 1, 1);
    node.open();
    HttpResponse<String> refused = post(sale, 7, 1, "forged", "k");
    for (int i = 0; i <= FlashSettings.DEFAULT.limitPerUser() && refused.statusCode() != 429; i++) {
      refused = post(sale, 7, 1, "forged", "k");
    }
    assertCode(refused, 429, "rate_limited");
    assertThat(refused.headers().allValues("RateLimit-Policy"))
        .containsExactly("\"flash\";q=30;w=10");
    assertThat(refused.headers().allValues("RateLimit")).singleElement().asString().contains("r=0");
  }

  private String token(long sale, long user) {
    return node.flash.tokens().issue(sale, user, Instant.now().plusSeconds(600));
  }

  private HttpResponse<String> post(long sale, long user, int quantity, String token, String key) {
    String body =
        """
        {"sku":"%s","quantity":%d,"token":"%s","address":{"name":"Li Lei",
         "phone":"13800000000","region":"330106","line":"1 Lake Road"}}
        """
            .formatted(FlashNode.SKU, quantity, token);
    return server.send(
        user, "POST", "/v1/flash-sales/" + sale + "/orders", body, "Idempotency-Key", key);
  }

  private static void assertCode(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
    assertThat(answer.statusCode()).isEqualTo(status);
  }

  private static void assertReplayed(HttpResponse<String> answer, HttpResponse<String> first) {
    assertThat(answer.statusCode()).isEqualTo(first.statusCode());
    assertThat(answer.headers().firstValue("Location"))
        .isEqualTo(first.headers().firstValue("Location"));
    assertThat(answer.headers().firstValue("Idempotent-Replayed")).hasValue("true");
  }
}
