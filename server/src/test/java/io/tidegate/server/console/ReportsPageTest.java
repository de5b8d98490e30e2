package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.reporting.Report;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reports and questions in SQL, as the process of the reports answers them. */
class ReportsPageTest extends SignedIn {
  private static final String TURNOVER =
      """
      {"name":"turnover","by":"day","from":"2026-03-01","to":"2026-03-03","columns":[
      {"name":"day","type":"day"},{"name":"currency","type":"text"},{"name":"gross","type":"money"},
      {"name":"refunded","type":"money"},{"name":"net","type":"money"},{"name":"orders","type":"count"},
      {"name":"refunds","type":"count"},{"name":"pieces","type":"count"},{"name":"average","type":"money"}],
      "rows":[["2026-03-01","CNY",129900,9900,120000,1234,1,2,129900],
      ["2026-03-03","CNY",50,0,50,1,0,1,null],["2026-03-03","JPY",700,0,700,1,0,1,700]],
      "cut":false,"millis":12,"rawDays":1,"asOf":"2026-03-03T10:00:00Z","lagSeconds":2}
      """;
  private static final String MARCH = "?from=2026-03-01&to=2026-03-03&by=day";

  @Test
  void everyReportIsListedAndAsked() {
    String list = browser.page("/console/reports");
    shop.reports().asked();
    for (Report report : Report.values()) {
      assertThat(list).contains("href=\"/console/reports/" + report.wire() + "\"");
      shop.reports().answers("{\"columns\":[],\"rows\":[],\"cut\":false,\"millis\":1}");
      assertThat(browser.page("/console/reports/" + report.wire()))
          .contains("Nothing happened in these days.");
      LocalDate today = LocalDate.ofInstant(Instant.now(), ConsoleShop.ZONE);
      assertThat(shop.reports().asked())
          .singleElement()
          .asString()
          .startsWith("GET /v1/admin/reports/" + report.wire() + "?from=" + today.minusDays(29))
          .contains("&by=" + report.cuts().getFirst().name())
          .matches(asked -> asked.contains("limit=100") == report.cuts().getFirst().isLimited());
    }
    assertThat(browser.get("/console/reports/nothing").statusCode()).isEqualTo(404);
    assertThat(browser.get("/console/reports/turnover?by=moon").statusCode()).isEqualTo(400);
  }

  @Test
  void rowsAreShownAsPeopleReadThemAndAsAChartForEachCurrency() {
    shop.reports().answers(TURNOVER);
    String page = browser.page("/console/reports/turnover" + MARCH);
    assertThat(page)
        .contains("¥1,299.00", "JPY 700", ">1,234<", "As of 2026-03-03 18:00:00.", "2.0 s behind")
        .contains("<h2 class=\"card-title\">CNY</h2>", "<h2 class=\"card-title\">JPY</h2>")
        .contains(
            "href=\"/console/reports/turnover/csv?from=2026-03-01&amp;to=2026-03-03&amp;by=day\"");
    JsonNode chart = chart(page);
    assertThat(chart.path("labels"))
        .extracting(JsonNode::asString)
        .containsExactly("2026-03-01", "2026-03-02", "2026-03-03");
    assertThat(chart.path("series")).hasSize(3);
    assertThat(chart.path("series").path(0).path("name").asString()).isEqualTo("Gross");
    assertThat(chart.path("series").path(0).path("unit").asString()).isEqualTo("CNY");
    assertThat(chart.path("series").path(0).path("values"))
        .extracting(JsonNode::asDouble)
        .containsExactly(1299.0, 0.0, 0.5);
  }

  @Test
  void daysThatTheAnswerCantKnowAreNotDrawn() {
    shop.reports().answers(TURNOVER);
    String page = browser.page("/console/reports/turnover?from=2026-03-01&to=2026-03-20");
    assertThat(chart(page).path("labels")).hasSize(3);
  }

  /** The data of a page's first chart. */
  private static JsonNode chart(String page) {
    String begin = "data-chart=\"";
    int from = page.indexOf(begin) + begin.length();
    String json = page.substring(from, page.indexOf('"', from));
    return JsonMapper.shared()
        .readTree(json.replace("&#34;", "\"").replace("&lt;", "<").replace("&amp;", "&"));
  }

  @Test
  void codesHaveNamesAndWhatIsMarkupIsText() {
    shop.reports()
        .answers(
            """
            {"columns":[{"name":"region","type":"text"},{"name":"currency","type":"text"},
            {"name":"net","type":"money"}],"rows":[["33","CNY",100],["<b>x","CNY",50]],
            "cut":false,"millis":1}
            """);
    String page = browser.page("/console/reports/turnover?by=province");
    assertThat(page).contains("浙江省", "&lt;b>x").doesNotContain("<b>x");
    assertThat(chart(page).path("labels").path(1).asString()).isEqualTo("<b>x");
  }

  @Test
  void aMonthOfFirstPurchaseIsARowOfSquares() {
    shop.reports()
        .answers(
            """
            {"columns":[{"name":"cohort","type":"month"},{"name":"month","type":"month"},
            {"name":"monthsLater","type":"count"},{"name":"users","type":"count"},
            {"name":"share","type":"share"},{"name":"orders","type":"count"}],
            "rows":[["2026-01-01","2026-01-01",0,10,1.0,12],["2026-01-01","2026-02-01",1,3,0.3,3],
            ["2026-02-01","2026-02-01",0,4,1.0,4]],"cut":false,"millis":1}
            """);
    String page = browser.page("/console/reports/cohorts");
    assertThat(page).contains("2026-01", "30.0 %");
    JsonNode chart = chart(page);
    assertThat(chart.path("kind").asString()).isEqualTo("heat");
    assertThat(chart.path("labels"))
        .extracting(JsonNode::asString)
        .containsExactly("2026-01", "2026-02");
    assertThat(chart.path("series").path(1).path("values").toString()).isEqualTo("[0.3,null]");
  }

  @Test
  void moreRowsThanAPageHasRoomForAreInTheFile() {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < ReportTableText.ROWS_MAX + 1; i++) {
      rows.append(i > 0 ? "," : "").append("[\"sku-").append(i).append("\",\"CNY\",1]");
    }
    shop.reports()
        .answers(
            "{\"columns\":[{\"name\":\"sku\",\"type\":\"text\"},{\"name\":\"currency\",\"type\":\"text\"},"
                + "{\"name\":\"turnover\",\"type\":\"money\"}],\"rows\":["
                + rows
                + "],\"cut\":false,\"millis\":1}");
    String page = browser.page("/console/reports/best-sellers?limit=1000");
    assertThat(page).contains("The first 500 rows are shown", "sku-499").doesNotContain("sku-500");
    assertThat(chart(page).path("labels")).hasSize(20);

    shop.reports().answersCsv("sku,currency\r\n");
    shop.reports().asked();
    HttpResponse<String> csv =
        browser.get("/console/reports/best-sellers/csv" + MARCH.replace("day", "pieces"));
    assertThat(csv.body()).isEqualTo("sku,currency\r\n");
    assertThat(csv.headers().firstValue("Content-Disposition"))
        .contains("attachment; filename=\"best-sellers-2026-03-01-2026-03-03.csv\"");
    assertThat(shop.reports().asked())
        .containsExactly(
            "GET /v1/admin/reports/best-sellers.csv?from=2026-03-01&to=2026-03-03&by=pieces&limit=100");
  }

  @Test
  void whatPassesByItselfIsLookedForAgain() {
    String path = "/console/reports/turnover";
    shop.reports().refuses(503, "reports_preparing", "");
    HttpResponse<String> preparing = browser.get(path + MARCH);
    assertThat(preparing.statusCode()).isEqualTo(503);
    assertThat(preparing.headers().firstValue("Retry-After")).contains("5");
    assertThat(preparing.body())
        .contains(
            "still being made", "hx-get=\"" + path + "/result?from=2026-03-01", "name=\"from\"");
    assertThat(browser.get(path + "/result" + MARCH).statusCode()).isEqualTo(200);

    shop.reports().goesAway();
    assertThat(browser.get(path + MARCH).body()).contains("The reports are not running just now");
    shop.reports().refuses(503, "report_timeout", "");
    assertThat(browser.get(path + MARCH).body())
        .contains("It took too long")
        .doesNotContain("hx-get=\"" + path);

    shop.reports().answers(TURNOVER);
    assertThat(browser.get(path + "/result" + MARCH).body())
        .contains("¥1,299.00")
        .doesNotContain("<html");
    shop.reports().refuses(503, "overloaded", "");
    assertThat(browser.get(path + "/csv" + MARCH).statusCode()).isEqualTo(503);
    shop.reports().refuses(400, "invalid_request", ",\"errors\":[{\"pointer\":\"?from\"}]");
    assertThat(browser.get(path + "/result" + MARCH).statusCode()).isEqualTo(400);
    assertThat(browser.get(path + MARCH).body()).contains("The first day must be a day");
  }

  @Test
  void daysThatAreNoneAreToldBeforeAnybodyIsAsked() {
    shop.reports().asked();
    for (String wrong :
        new String[] {
          "?from=yesterday",
          "?to=2026-13-01",
          "?from=2026-03-02&to=2026-03-01",
          "?from=2024-01-01&to=2026-03-01"
        }) {
      HttpResponse<String> answer = browser.get("/console/reports/turnover" + wrong);
      assertThat(answer.statusCode()).as(wrong).isEqualTo(400);
      assertThat(answer.body()).contains("role=\"alert\"", "name=\"from\"");
    }
    assertThat(browser.get("/console/reports/best-sellers?limit=5000").body())
        .contains("Rows must be a number");
    assertThat(shop.reports().asked()).isEmpty();
  }

  @Test
  void aQuestionIsAnsweredInRowsOrAsAFile() {
    shop.reports()
        .answers(
            """
            {"columns":[{"name":"<i>n","type":"count"}],"rows":[[7],[null]],"cut":true,"millis":3}
            """);
    shop.reports().asked();
    Map<String, String> question = Map.of("sql", "select 7\nas n", "as", "page");
    HttpResponse<String> page = browser.submit("/console/sql", "/console/sql", question);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body())
        .contains("select 7\nas n</textarea>", "&lt;i>n", ">7<", "2 rows.", "There are more")
        .doesNotContain("<i>n");
    assertThat(shop.reports().asked())
        .containsExactly(
            "POST /v1/admin/reports/sql application/json {\"sql\":\"select 7\\nas n\",\"limit\":500}");

    shop.reports().answersCsv("n\r\n7\r\n");
    HttpResponse<String> csv =
        browser.submit("/console/sql", "/console/sql", Map.of("sql", "select 7", "as", "csv"));
    assertThat(csv.body()).isEqualTo("n\r\n7\r\n");
    assertThat(shop.reports().asked())
        .containsExactly(
            "POST /v1/admin/reports/sql text/csv {\"sql\":\"select 7\",\"limit\":10000}");
    assertThat(browser.post("/console/sql", Map.of("sql", "select 7")).statusCode())
        .as("a form of another's")
        .isEqualTo(403);
  }

  @Test
  void aQuestionThatFailsSaysWhere() {
    shop.reports()
        .refuses(
            400,
            "invalid_request",
            ",\"errors\":[{\"pointer\":\"/sql\",\"detail\":\"no column nope\\n\\nLINE 1: select <nope\\n               ^\"}]");
    HttpResponse<String> page =
        browser.submit("/console/sql", "/console/sql", Map.of("sql", "select <nope"));
    assertThat(page.statusCode()).isEqualTo(400);
    assertThat(page.body())
        .contains("LINE 1: select &lt;nope", "select &lt;nope</textarea>", "aria-invalid=\"true\"");
    shop.reports().refuses(503, "overloaded", "");
    assertThat(browser.submit("/console/sql", "/console/sql", Map.of("sql", "select 1")).body())
        .contains("Another question runs just now");
  }

  @Test
  void whoMaySeeThemIsWhoMayAskTheApi() {
    shop.reports().answers(TURNOVER);
    Map<String, Integer> reports =
        Map.of("finance", 200, "marketing", 200, "support", 403, "warehouse", 403);
    Map<String, Integer> questions =
        Map.of("finance", 200, "marketing", 403, "support", 403, "warehouse", 403);
    for (String role : reports.keySet()) {
      try (Browser member = shop.staff("a member", role)) {
        assertThat(member.get("/console/reports/turnover").statusCode())
            .as(role)
            .isEqualTo(reports.get(role));
        assertThat(member.get("/console/reports/turnover/csv").statusCode())
            .as(role)
            .isEqualTo(reports.get(role));
        assertThat(member.get("/console/sql").statusCode()).as(role).isEqualTo(questions.get(role));
        assertThat(member.get("/console/monitoring").statusCode()).as(role).isEqualTo(200);
      }
    }
  }
}
