package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Webhooks in the console: the secret is shown once, what is wrong stands beside it. */
class WebhookPageTest extends SignedIn {

  private static final String PATH = "/console/webhooks";
  private static final Pattern SECRET = Pattern.compile("whsec_[A-Za-z0-9+/]{43}=");

  private static String secret(String page) {
    // The template writes a plus sign and an equals sign as they are.
    Matcher found = SECRET.matcher(page.replace("&#43;", "+").replace("&#61;", "="));
    assertThat(found.find()).isTrue();
    return found.group();
  }

  @Test
  void oneIsMadeLookedAtTurnedAndDeleted() {
    assertThat(browser.page(PATH)).contains("Nobody is subscribed");
    HttpResponse<String> made =
        browser.submit(
            PATH,
            PATH,
            Map.of(
                "url", "https://shop.example/in",
                "types", "order.*, refund.succeeded.v1",
                "description", "<b>a shop</b>"));
    assertThat(made.statusCode()).isEqualTo(200);
    assertThat(made.body()).contains("shown now and never again").doesNotContain("<b>a shop");
    String secret = secret(made.body());
    long id = shop.number("select max(id) from webhooks.subscription");
    String one = PATH + "/" + id;
    assertThat(browser.page(PATH))
        .contains("https://shop.example/in", "order.*, refund.succeeded.v1", "Active", one)
        .doesNotContain("whsec_");
    assertThat(browser.page(one)).contains("Nothing was sent.").doesNotContain("whsec_");

    HttpResponse<String> rotated = browser.submit(one, one + "/secret", Map.of());
    assertThat(secret(rotated.body())).isNotEqualTo(secret);
    assertThat(done(browser.submit(one, one + "/test", Map.of()))).endsWith("done=tested");
    assertThat(browser.page(one)).contains("webhook.test.v1", "Waiting");
    shop.run(
        "update webhooks.delivery set state = 'failed', why = 'status_500', next_try_at = null,"
            + " ended_at = now()");
    assertThat(browser.page(one + "?state=failed")).contains("status_500", "Send again");
    assertThat(browser.page(one + "?state=delivered")).contains("Nothing was sent.");
    long delivery = shop.number("select max(id) from webhooks.delivery");
    String again = one + "/deliveries/" + delivery + "/replay";
    assertThat(done(browser.submit(one, again, Map.of()))).endsWith("done=again");
    assertThat(done(browser.submit(one, again, Map.of()))).endsWith("done=gone");
    String range = one + "/replay";
    HttpResponse<String> old = browser.submit(one, range, Map.of("from", "2020-01-01T00:00:00Z"));
    assertThat(old.statusCode()).isEqualTo(400);
    assertThat(old.body()).contains("within the last 7 days");
    String from = Instant.now().minus(Duration.ofDays(1)).toString();
    assertThat(done(browser.submit(one, range, Map.of("from", from)))).endsWith("done=begun");
    assertThat(browser.page(one)).contains("Running").doesNotContain("reached events of");
    shop.run("update webhooks.replay set reached_at = now()");
    assertThat(browser.page(one)).contains("reached events of");

    browser.submit(one, one + "/disable", Map.of());
    assertThat(browser.page(one)).contains("Somebody disabled it.", ">Enable<");
    browser.submit(one, one + "/enable", Map.of());
    assertThat(browser.page(one)).contains("Active").doesNotContain("Somebody disabled it.");
    assertThat(done(browser.submit(one, one + "/delete", Map.of()))).endsWith("done=deleted");
    assertThat(browser.page(PATH)).contains("Nobody is subscribed");
    assertThat(browser.get(one).statusCode()).isEqualTo(404);
    assertThat(
            shop.number(
                "select count(*) from staff.act where actor = 'admin' and subject = 'webhook "
                    + id
                    + "'"))
        .isEqualTo(8);
    assertThat(browser.page("/console/audit-log"))
        .contains("Gave a webhook a new secret", "shop.example")
        .doesNotContain("whsec_");
  }

  private static String done(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(303);
    return answer.headers().firstValue("Location").orElseThrow();
  }

  @Test
  void whatIsWrongStandsBesideItsField() {
    HttpResponse<String> refused =
        browser.submit(PATH, PATH, Map.of("url", "https://127.0.0.1/in", "types", "Order"));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body())
        .contains("public internet", "order.paid.v1 or order.*", "https://127.0.0.1/in");
    assertThat(browser.submit(PATH, PATH, Map.of("url", "")).statusCode()).isEqualTo(400);
  }
}
