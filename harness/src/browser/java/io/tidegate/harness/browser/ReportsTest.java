package io.tidegate.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Reports, questions in SQL and the overview, over what the lake and the gauges really have. */
@InBrowser
class ReportsTest {
  private static final Duration LAKE_MAX = Duration.ofMinutes(2);

  /** The page of a report that has an order which was paid; it is in the lake when this returns. */
  static String turnover(Stage stage) throws Exception {
    Shop shop = stage.shop();
    shop.pay(47, shop.place(47, Shop.PHONE, 2).path("number").asString());
    String token = shop.staff("finance");
    await()
        .atMost(LAKE_MAX)
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptions() // the process of the reports may still be starting
        .until(() -> !shop.read(token, "/v1/admin/reports/turnover").path("rows").isEmpty());
    return "/reports/turnover";
  }

  @Test
  void aReportShowsWhatTheApiAnswersAndDrawsIt(Stage stage) throws Exception {
    String path = turnover(stage);
    Page page = stage.staff();
    List<String> complaints = new ArrayList<>();
    page.onConsoleMessage(message -> complaints.add(message.type() + " " + message.text()));
    page.onPageError(complaints::add);
    page.navigate(stage.url("/reports"));
    page.locator(".offer", new Page.LocatorOptions().setHasText("Turnover")).first().click();
    assertThat(page.locator("h1")).hasText("Turnover");
    assertThat(page.locator(".chart canvas").first()).isVisible();

    JsonNode answer = stage.shop().read(stage.shop().staff("finance"), "/v1/admin" + path);
    List<String> names = new ArrayList<>();
    answer.path("columns").forEach(column -> names.add(column.path("name").asString()));
    JsonNode last = answer.path("rows").path(answer.path("rows").size() - 1);
    Locator row = page.locator("#result tbody tr").last();
    assertThat(row.locator("td[data-label=Day]")).hasText(last.path(0).asString());
    // Others pay meanwhile, so what is compared is what can't have become less.
    long orders = Long.parseLong(row.locator("td[data-label=Orders]").innerText().replace(",", ""));
    assertThat(orders)
        .isPositive()
        .isLessThanOrEqualTo(last.path(names.indexOf("orders")).asLong());
    assertThat(row.locator("td[data-label=Gross]")).containsText("¥");

    page.getByLabel("By").selectOption("province");
    page.getByText("Show", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page.locator("#result tbody tr").first()).containsText("浙江省");
    Download file = page.waitForDownload(() -> page.getByText("CSV file").click());
    assertThat(Files.readString(file.path()))
        .startsWith("region,currency,gross,")
        .contains("33,CNY");
    assertThat(complaints).as("the pages' policy allows all that they do").isEmpty();
  }

  @Test
  void whoHasNoScriptReadsTheSameRows(Stage stage) throws Exception {
    String path = turnover(stage);
    Page page = stage.staffWithoutScript();
    page.navigate(stage.url(path + "?by=category"));
    assertThat(page.locator("#result tbody tr").first()).containsText("¥");
    assertThat(page.locator("#result noscript").first()).isVisible();
    page.locator("#by").selectOption("hour");
    page.locator("form.search button").click();
    assertThat(page.locator("#result thead")).containsText("Hour");
  }

  @Test
  void aQuestionIsSentByKeysAndAWrongOneSaysWhere(Stage stage) throws Exception {
    turnover(stage);
    Page page = stage.staff();
    page.navigate(stage.url("/sql"));
    page.getByLabel("One SELECT or WITH").fill("select 'a' || 'b' as word,\n 6 * 7 as answer");
    page.keyboard().press("Control+Enter");
    Locator row = page.locator("section[aria-labelledby=answer-title] tbody tr");
    assertThat(row).hasText(Pattern.compile("ab\\s*42"));
    assertThat(Accessibility.faults(page)).isEmpty();

    page.locator("#sql").fill("select number,\n nope from orders");
    page.getByText("Run", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("LINE 2:");
    assertThat(page.locator("#sql")).hasValue("select number,\n nope from orders");
    assertThat(stage.shop().count("select count(*) from reporting.question where actor = 'admin'"))
        .isGreaterThanOrEqualTo(2);
  }

  @Test
  void whatIsWrongStandsOnTopAndGoesWhenItIsMended(Stage stage) throws Exception {
    Page page = stage.staff();
    page.navigate(stage.url("/monitoring"));
    assertThat(page.locator("#parts-title")).hasText("This node");
    Locator fault = page.locator("[data-fault=dead_letters]"); // by one consumer each
    stage
        .shop()
        .sql(
            "insert into messaging.dead_letter (consumer, position, type, key, state, tries, next_at,"
                + " error) values ('coupon', 999999, 'order.paid.v1', 7, 'dead', 5,"
                + " clock_timestamp(), 'a test')");
    assertThat(fault.filter(new Locator.FilterOptions().setHasText("coupon"))).isVisible();
    fault.first().getByText("Dead letters").click();
    assertThat(page.locator("h1")).hasText("Dead letters");
    stage.shop().sql("delete from messaging.dead_letter where position = 999999");
    page.navigate(stage.url("/monitoring"));
    assertThat(fault.filter(new Locator.FilterOptions().setHasText("coupon"))).hasCount(0);
    assertThat(page.locator("section[aria-labelledby=lanes-title]")).containsText("Place orders");
  }
}
