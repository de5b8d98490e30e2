package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The figures on the page are those of the documents, and nobody's text becomes markup. */
final class PageTest {
  private static final Pattern FIGURE =
      Pattern.compile("<data value=\"([^\"#]+)#([^\"]+)\">([^<]*)</data>");

  private static ObjectNode document(FakeShop shop) throws IOException {
    Report report = SampleReport.of(shop, 100, "on");
    report.target("place_per_second", Report.Sense.AT_LEAST, 9_000, 9_123.4);
    report.target("p99_ms", Report.Sense.BELOW, 25, 31.25);
    report.section("raw").put("http", 30_000.5).put("ratio", 0.71);
    return report.json();
  }

  /** Every figure on the page, by where it says that it stands. */
  private static Map<String, String> figures(String page) {
    Map<String, String> figures = new HashMap<>();
    Matcher figure = FIGURE.matcher(page);
    while (figure.find()) {
      figures.put(figure.group(1) + "#" + figure.group(2), figure.group(3));
    }
    return figures;
  }

  @Test
  void every_figure_is_the_documents() throws IOException {
    try (FakeShop shop = new FakeShop(0)) {
      ObjectNode document = document(shop);
      Map<String, String> shown =
          figures(Page.of(List.of(new Page.Ran("place-256", document, ""))));
      assertThat(shown.size()).isGreaterThan(30);
      shown.forEach((where, text) -> {
        String pointer = where.substring(where.indexOf('#') + 1);
        assertThat(document.at(pointer).isMissingNode()).as(where).isFalse();
        assertThat(text).as(where).isEqualTo(Numbers.of(document.at(pointer)));
      });
      assertThat(shown)
          .containsEntry("place-256#/targets/0/got", "9,123")
          .containsEntry("place-256#/targets/1/got", "31.25")
          .containsEntry("place-256#/raw/http", "30,001")
          .containsEntry("place-256#/result/sent", "100")
          .containsKey("place-256#/result/perSecond")
          .containsKey("place-256#/result/latencyMs/p99")
          .containsKey("place-256#/perOrder/walBytes");
    }
  }

  @Test
  void another_document_makes_another_page() throws IOException {
    try (FakeShop shop = new FakeShop(0)) {
      ObjectNode document = document(shop);
      ((ObjectNode) document.path("result")).put("perSecond", 4_321.0);
      assertThat(figures(Page.of(List.of(new Page.Ran("a", document, "")))))
          .containsEntry("a#/result/perSecond", "4,321");
    }
  }

  @Test
  void verdicts_and_failures_are_shown() throws IOException {
    try (FakeShop shop = new FakeShop(0)) {
      String page =
          Page.of(
              List.of(
                  new Page.Ran("good", document(shop), ""),
                  new Page.Ran("bad", empty(), "no <b>disk</b>")));
      assertThat(page).contains(">met<", ">missed<", ">failed<", "no &lt;b&gt;disk&lt;/b&gt;");
      assertThat(page).doesNotContain("no <b>disk");
      assertThat(page).contains("<svg class=\"plot\"", "<svg class=\"bar\"");
      assertThat(page).doesNotContain("http://", "https://", "NaN", "Infinity");
    }
  }

  @Test
  void why_a_figure_could_not_be_measured_is_shown() throws IOException {
    Report report = new Report("place", Instant.now());
    report.notMeasurable("p99_ms", Report.Sense.BELOW, 25, 31, "spread <9 %");
    assertThat(Page.of(List.of(new Page.Ran("place", report.json(), ""))))
        .contains(">not measurable</span> spread &lt;9 %<");
  }

  @Test
  void pairs_and_what_they_differ_by_are_shown() {
    Report report = new Report("place", Instant.now());
    report.list("pairs").addObject().put("a", 4_513.0).put("b", 5_384.0);
    report.list("pairs").addObject().put("a", 4_674.0).put("b", 4_394.0);
    report.list("failingPairs").addObject().put("a", 287.0).put("b", 780.0);
    report.figure("aaSpread", 0.04);
    assertThat(figures(Page.of(List.of(new Page.Ran("place", report.json(), "")))))
        .containsEntry("place#/aaSpread", "0.040")
        .containsEntry("place#/pairs/0/a", "4,513")
        .containsEntry("place#/pairs/1/b", "4,394")
        .containsEntry("place#/failingPairs/0/b", "780.0");
  }

  @Test
  void a_closed_loops_latencies_are_told_as_what_they_are() throws IOException {
    try (FakeShop shop = new FakeShop(0)) {
      ObjectNode document = document(shop);
      assertThat(Page.of(List.of(new Page.Ran("place", document, ""))))
          .contains("Closed loop: the throughput counts");
      ((ObjectNode) document.path("settings")).put("mode", "open");
      assertThat(Page.of(List.of(new Page.Ran("place", document, ""))))
          .doesNotContain("Closed loop");
    }
  }

  private static ObjectNode empty() {
    return JsonMapper.shared().createObjectNode();
  }

  @Test
  void a_target_of_a_run_that_does_not_add_up_does_not_look_met() throws IOException {
    Report report = new Report("place", Instant.now());
    report.target("p99_ms", Report.Sense.BELOW, 25, 3);
    report.check("rows_equal_created", 3, 2);
    String page = Page.of(List.of(new Page.Ran("place", report.json(), "")));
    assertThat(page).contains(">met, but checks are broken<").doesNotContain(">met<");
  }

  @Test
  void sections_within_sections_are_shown_by_both_names() {
    Report report = new Report("feed", Instant.now());
    report.section("lag").putObject("pulled").put("p99", 17.5);
    report.section("reports").putObject("turnover/day").put("maxMs", 41.25);
    report.section("midnight").put("buyers", 77);
    assertThat(figures(Page.of(List.of(new Page.Ran("feed", report.json(), "")))))
        .containsEntry("feed#/lag/pulled/p99", "17.50")
        .containsEntry("feed#/reports/turnover~1day/maxMs", "41.25")
        .containsEntry("feed#/midnight/buyers", "77");
  }
}
