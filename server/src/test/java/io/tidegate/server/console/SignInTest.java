package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.identity.Caller;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets in, and what keeps others out. */
class SignInTest {
  private static ConsoleShop shop;
  private Browser browser;

  @BeforeAll
  static void open() {
    shop = new ConsoleShop();
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @BeforeEach
  void visit() {
    browser = new Browser(shop.base());
  }

  @AfterEach
  void leave() {
    browser.close();
  }

  @Test
  void leadsToWhatWasAskedForAndBackOut() {
    assertThat(location(browser.get("/console"))).isEqualTo("/console/sign-in");
    assertThat(location(browser.get("/console/orders/7")))
        .isEqualTo("/console/sign-in?next=/console/orders/7");
    HttpResponse<String> in =
        browser.submit(
            "/console/sign-in",
            "/console/sign-in",
            Map.of("name", "admin", "password", ConsoleShop.PASSWORD, "next", "/console/health"));
    assertThat(in.statusCode()).isEqualTo(303);
    assertThat(location(in)).isEqualTo("/console/health");
    assertThat(in.headers().allValues("Set-Cookie"))
        .anySatisfy(cookie ->
            assertThat(cookie)
                .startsWith("tidegate_session=")
                .contains("HttpOnly", "SameSite=Strict", "Path=/console", "Max-Age=28800"));
    assertThat(location(browser.get("/console"))).isEqualTo("/console/orders");

    assertThat(browser.submit("/console/orders", "/console/sign-out", Map.of()).statusCode())
        .isEqualTo(303);
    assertThat(location(browser.get("/console/orders"))).startsWith("/console/sign-in");
  }

  @Test
  void refusesAWrongPasswordAndStopsAfterTooMany() {
    try (Browser other = new Browser(shop.base())) {
      assertThat(other.signIn("admin", "wrong").body()).contains("Name or password is wrong");
      assertThat(other.signIn("nobody", ConsoleShop.PASSWORD).statusCode()).isEqualTo(401);
      assertThat(other.cookies).doesNotContainKey("tidegate_session");
      HttpResponse<String> last = other.signIn("admin", "wrong");
      for (int i = 0; i < SignInTries.PER_ADDRESS_MAX; i++) {
        last = other.signIn("admin", "wrong");
      }
      assertThat(last.statusCode()).isEqualTo(429);
      assertThat(other.signIn("admin", ConsoleShop.PASSWORD).statusCode()).isEqualTo(429);
    } finally {
      // This test's address is every test's address.
      shop.close();
      shop = new ConsoleShop();
    }
  }

  @Test
  void refusesFormsThatItDidNotGive() {
    browser.signIn("admin", ConsoleShop.PASSWORD);
    browser.page("/console/orders");
    assertThat(browser.post("/console/sign-out", Map.of()).statusCode()).isEqualTo(403);
    assertThat(browser.post("/console/sign-out", Map.of("csrf", "x")).statusCode()).isEqualTo(403);
    assertThat(browser.post("/console/preferences", Map.of("theme", "dark")).statusCode())
        .isEqualTo(403);
    assertThat(browser.post("/console/dead-letters/1/replay", Map.of()).statusCode())
        .isEqualTo(403);
    try (Browser other = new Browser(shop.base())) {
      String stolen = Browser.token(other.page("/console/sign-in"));
      assertThat(browser.post("/console/sign-out", Map.of("csrf", stolen)).statusCode())
          .isEqualTo(403);
    }
    assertThat(browser.get("/console/orders").statusCode()).isEqualTo(200);
  }

  @Test
  void knowsExpiredForeignAndCustomersSessions() {
    String expired =
        shop.tokens()
            .issue("admin", Caller.Kind.STAFF, Set.of("admin"), Set.of(), Duration.ofSeconds(-1));
    String customers =
        shop.tokens().issue("42", Caller.Kind.CUSTOMER, Set.of(), Set.of(), Duration.ofHours(1));
    for (String session : List.of(expired, customers, "abc", expired + "x")) {
      browser.cookies.put("tidegate_session", session);
      assertThat(location(browser.get("/console/orders"))).startsWith("/console/sign-in");
      HttpResponse<String> part = browser.get("/console/orders/live", "HX-Request", "true");
      assertThat(part.headers().firstValue("HX-Redirect")).contains("/console/sign-in");
      assertThat(part.body()).isEmpty();
    }
  }

  @Test
  void showsARoleOnlyItsSections() {
    browser.cookies.put("tidegate_session", session("warehouse"));
    String page = browser.page("/console/orders");
    assertThat(page).contains("/console/health").doesNotContain("/console/dead-letters");
    assertThat(browser.get("/console/dead-letters").statusCode()).isEqualTo(403);
    browser.cookies.put("tidegate_session", session("marketing"));
    assertThat(browser.get("/console/orders").statusCode()).isEqualTo(403);
    assertThat(browser.get("/console/orders/live").statusCode()).isEqualTo(403);
  }

  @Test
  void remembersLanguageAndLook() {
    browser.signIn("admin", ConsoleShop.PASSWORD);
    assertThat(browser.page("/console/orders"))
        .contains("<html lang=\"en\" data-bs-theme=\"light\">");
    HttpResponse<String> chosen =
        browser.submit(
            "/console/orders",
            "/console/preferences",
            Map.of("language", "zh", "theme", "dark", "back", "/console/orders?state=shipped"));
    assertThat(location(chosen)).isEqualTo("/console/orders?state=shipped");
    assertThat(browser.page("/console/orders"))
        .contains("<html lang=\"zh-CN\" data-bs-theme=\"dark\">", "订单", "待付款")
        .doesNotContain("Awaiting payment");
    browser.cookies.remove("tidegate_language");
    assertThat(browser.get("/console/orders", "Accept-Language", "en-GB,en;q=0.9").body())
        .contains("<html lang=\"en\"");
    HttpResponse<String> away =
        browser.submit(
            "/console/orders", "/console/preferences", Map.of("back", "//evil.example/"));
    assertThat(location(away)).isEqualTo("/console");
  }

  @Test
  void tellsErrorsInTheFrame() {
    browser.signIn("admin", ConsoleShop.PASSWORD);
    HttpResponse<String> missing = browser.get("/console/no/such/page");
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.body())
        .contains("There is nothing here", "tabler.min.css", "Sign out admin");
    assertThat(browser.get("/console/orders/123").statusCode()).isEqualTo(404);
    assertThat(browser.get("/console/orders/abc").statusCode()).isEqualTo(404);
    assertThat(browser.get("/console/orders?state=odd").body()).contains("can&#39;t be read");
  }

  @Test
  void allowsNothingFromElsewhere() {
    HttpResponse<String> page = browser.get("/console/sign-in");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(page.body()).doesNotContain("http://", "https://", "style=", "<style", "onclick");
  }

  @Test
  void assetsAreKeptForEver() {
    String page = browser.page("/console/sign-in");
    int at = page.indexOf("/assets/");
    while (at >= 0) {
      String path = page.substring(at, page.indexOf('"', at)).replaceAll("#.*", "");
      HttpResponse<String> file = browser.get(path);
      assertThat(file.statusCode()).as(path).isEqualTo(200);
      assertThat(file.headers().firstValue("Cache-Control").orElse("")).contains("immutable");
      String tag = file.headers().firstValue("ETag").orElseThrow();
      assertThat(browser.get(path, "If-None-Match", tag).statusCode()).isEqualTo(304);
      assertThat(
              browser.get(path, "Accept-Encoding", "gzip").headers().firstValue("Content-Encoding"))
          .contains("gzip");
      at = page.indexOf("/assets/", at + 1);
    }
    assertThat(browser.get("/assets/0000000000000000/console.css").statusCode()).isEqualTo(404);
  }

  private static String session(String role) {
    return shop.tokens()
        .issue("li", Caller.Kind.STAFF, Set.of(role), Set.of(), Duration.ofHours(1));
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("none: " + answer.statusCode());
  }
}
