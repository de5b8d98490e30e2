package io.tidegate.harness.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One self-contained page for the reports of many benches. It makes no figure of its own: each is
 * read from its document, and says where it stands there.
 */
final class Page {
  private static final List<String> LATENCIES = List.of("p50", "p90", "p99", "p999", "max");

  /** Lists of two things that were measured by turns. */
  private static final List<String> PAIRS = List.of("pairs", "failingPairs");

  private static final String SPREAD = "aaSpread";

  /** Sections that a run may have of its own, beside those that all have. */
  private static final List<String> MORE =
      List.of(
          "raw",
          "naive",
          "anchor",
          "nodes",
          "sizes",
          "closing",
          "backlog",
          "delayMs",
          "sale",
          "overload",
          "recovery",
          "start",
          "idlePssBytes",
          "lake",
          "reports",
          "readMeanwhile",
          "lag",
          "midnight",
          "open",
          "struck",
          "downstream",
          "kills");

  private final StringBuilder html = new StringBuilder();
  private final List<Ran> runs;

  /**
   * One bench that was run.
   *
   * @param failure why it could not run; empty where it did
   */
  record Ran(String name, ObjectNode document, String failure) {}

  private Page(List<Ran> runs) {
    this.runs = runs;
  }

  static String of(List<Ran> runs) {
    return new Page(runs).write();
  }

  private String write() {
    html.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        .append("<title>Tidegate bench report</title><style>")
        .append(style())
        .append("</style></head><body><main>");
    header();
    targets();
    runs.forEach(this::run);
    return html.append("</main></body></html>\n").toString();
  }

  private static String style() {
    try (InputStream in = Page.class.getResourceAsStream("report.css")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void header() {
    html.append("<header><p class=\"brand\">Tidegate <span>潮闸</span></p><h1>Bench report</h1>");
    runs.stream().filter(r -> r.failure().isEmpty()).findFirst().ifPresent(this::machine);
    html.append("</header>");
  }

  private void machine(Ran ran) {
    JsonNode d = ran.document();
    html.append("<dl class=\"facts\">");
    fact("Started", Html.escaped(d.path("startedAt").asString("").replaceAll("\\..*Z", "Z")));
    fact("Version", Html.escaped(d.path("version").asString("–")));
    String commit = d.path("commit").asString("–");
    fact("Commit", Html.escaped(commit.substring(0, Math.min(12, commit.length()))));
    fact(
        "Machine",
        Html.figure(d, ran.name(), "/machine/cores")
            + " cores, "
            + Html.escaped(d.at("/machine/cpuModel").asString("")));
    fact("Memory", Html.figure(d, ran.name(), "/machine/memoryBytes") + " bytes");
    fact("Load before", Html.figure(d, ran.name(), "/machine/loadBefore"));
    html.append("</dl>");
  }

  private void fact(String name, String value) {
    html.append("<div><dt>").append(name).append("</dt><dd>").append(value).append("</dd></div>");
  }

  private void targets() {
    html.append("<section class=\"card\"><h2>Targets</h2><div class=\"wide\"><table><thead><tr>")
        .append("<th>Bench</th><th>Target</th><th class=\"n\">Wanted</th><th class=\"n\">Got</th>")
        .append("<th>Verdict</th></tr></thead><tbody>");
    for (Ran ran : runs) {
      if (!ran.failure().isEmpty()) {
        html.append("<tr><td>")
            .append(anchor(ran))
            .append("</td><td colspan=\"3\">could not run</td><td>")
            .append(badge("bad", "failed"))
            .append("</td></tr>");
        continue;
      }
      JsonNode targets = ran.document().path("targets");
      for (int i = 0; i < targets.size(); i++) {
        target(ran, targets.get(i), "/targets/" + i);
      }
      if (targets.isEmpty()) {
        html.append("<tr><td>")
            .append(anchor(ran))
            .append("</td><td colspan=\"3\" class=\"none\">none under these settings</td><td>")
            .append(adds(ran) ? badge("good", "adds up") : badge("bad", "broken"))
            .append("</td></tr>");
      }
    }
    html.append("</tbody></table></div></section>");
  }

  private void target(Ran ran, JsonNode target, String pointer) {
    String sense =
        switch (target.path("sense").asString("")) {
          case "at_least" -> "&ge;&nbsp;";
          case "at_most" -> "&le;&nbsp;";
          default -> "&lt;&nbsp;";
        };
    String verdict =
        !target.path("measurable").asBoolean(true)
            ? badge("dim", "not measurable")
                + " "
                + Html.escaped(target.path("hidden").asString(""))
            : !target.path("met").asBoolean(false)
                ? badge("bad", "missed")
                : adds(ran) ? badge("good", "met") : badge("bad", "met, but checks are broken");
    html.append("<tr><td>")
        .append(anchor(ran))
        .append("</td><td>")
        .append(Html.escaped(Html.words(target.path("name").asString(""))))
        .append("</td><td class=\"n\">")
        .append(sense)
        .append(Html.figure(ran.document(), ran.name(), pointer + "/want"))
        .append("</td><td class=\"n\">")
        .append(Html.figure(ran.document(), ran.name(), pointer + "/got"))
        .append("</td><td>")
        .append(verdict)
        .append("</td></tr>");
  }

  private static String anchor(Ran ran) {
    return "<a href=\"#" + Html.escaped(ran.name()) + "\">" + Html.escaped(ran.name()) + "</a>";
  }

  private static String badge(String kind, String text) {
    return "<span class=\"badge " + kind + "\">" + text + "</span>";
  }

  private static boolean adds(Ran ran) {
    return ran.document()
        .at("/verified/checks")
        .valueStream()
        .allMatch(check -> check.path("holds").asBoolean(false));
  }

  private void run(Ran ran) {
    html.append("<section class=\"card\" id=\"").append(Html.escaped(ran.name())).append("\"><h2>");
    html.append(Html.escaped(ran.name())).append("</h2>");
    if (!ran.failure().isEmpty()) {
      html.append("<p>").append(badge("bad", "could not run")).append(" ");
      html.append(Html.escaped(ran.failure())).append("</p></section>");
      return;
    }
    if (!ran.document().at("/durability/durable").asBoolean(true)) {
      html.append("<p class=\"warn\">Not durable: commits may be lost with the power; ")
          .append("this is no figure to compare.</p>");
    }
    settings(ran);
    result(ran);
    plots(ran);
    cpu(ran);
    PAIRS.forEach(name -> pairs(ran, name));
    MORE.forEach(name -> more(ran, name));
    checks(ran);
    html.append("<details><summary>The whole document</summary><pre>")
        .append(
            Html.escaped(
                JsonMapper.shared()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(ran.document())))
        .append("</pre></details></section>");
  }

  private void settings(Ran ran) {
    JsonNode settings = ran.document().path("settings");
    if (settings.isEmpty()) {
      return;
    }
    html.append("<p class=\"settings\">");
    boolean first = true;
    for (String name : settings.propertyNames()) {
      html.append(first ? "" : " &middot; ")
          .append(Html.escaped(Html.words(name)))
          .append(' ')
          .append(Html.figure(ran.document(), ran.name(), "/settings/" + name));
      first = false;
    }
    html.append("</p>");
  }

  private void result(Ran ran) {
    JsonNode result = ran.document().path("result");
    if (result.isEmpty()) {
      return;
    }
    html.append("<div class=\"figures\">");
    String unit = result.path("unit").asString("units");
    tile(ran, "/result/perSecond", unit + " a second");
    for (String latency : LATENCIES) {
      tile(ran, "/result/latencyMs/" + latency, latency + ", ms");
    }
    tile(ran, "/result/sent", "requests sent");
    tile(ran, "/result/shed", "refused for overload");
    tile(ran, "/perOrder/statements", "statements each");
    tile(ran, "/perOrder/walBytes", "WAL bytes each");
    tile(ran, "/perOrder/messages", "messages each");
    tile(ran, "/perOrder/allocatedBytes", "bytes allocated each");
    html.append("</div>");
    if (ran.document().at("/settings/mode").asString("").equals("closed")) {
      html.append("<p class=\"settings\">").append(ReportTable.CLOSED_LOOP).append("</p>");
    }
    if (result.path("kinds").size() > 1) {
      kinds(ran, result.path("kinds"));
    }
  }

  private void tile(Ran ran, String pointer, String name) {
    if (ran.document().at(pointer).isMissingNode()) {
      return;
    }
    html.append("<div class=\"figure\"><b>")
        .append(Html.figure(ran.document(), ran.name(), pointer))
        .append("</b><span>")
        .append(Html.escaped(name))
        .append("</span></div>");
  }

  private void kinds(Ran ran, JsonNode kinds) {
    html.append("<div class=\"wide\"><table><thead><tr><th>Request</th><th class=\"n\">good</th>");
    html.append("<th class=\"n\">other</th>");
    LATENCIES.forEach(l -> html.append("<th class=\"n\">").append(l).append(", ms</th>"));
    html.append("</tr></thead><tbody>");
    for (String kind : kinds.propertyNames()) {
      String at = "/result/kinds/" + kind;
      html.append("<tr><td>").append(Html.escaped(kind)).append("</td>");
      cell(ran, at + "/good");
      cell(ran, at + "/other");
      LATENCIES.forEach(l -> cell(ran, at + "/latencyMs/" + l));
      html.append("</tr>");
    }
    html.append("</tbody></table></div>");
  }

  private void cell(Ran ran, String pointer) {
    html.append("<td class=\"n\">")
        .append(Html.figure(ran.document(), ran.name(), pointer))
        .append("</td>");
  }

  private void plots(Ran ran) {
    String latency = Plots.distribution(ran.document().at("/result/distribution"));
    String rate = Plots.bySecond(ran.document().at("/result/bySecond"));
    html.append("<div class=\"plots\">");
    figure(latency, "Latency by percentile");
    figure(
        rate,
        "Answers in each second: <i class=\"key a\"></i> good, <i class=\"key b\"></i> other");
    html.append("</div>");
  }

  private void figure(String svg, String caption) {
    if (!svg.isEmpty()) {
      html.append("<figure>")
          .append(svg)
          .append("<figcaption>")
          .append(caption)
          .append("</figcaption></figure>");
    }
  }

  private void cpu(Ran ran) {
    JsonNode cpu = ran.document().at("/perOrder/cpuMicros");
    String bar = Plots.cpu(cpu);
    if (bar.isEmpty()) {
      return;
    }
    html.append("<figure>").append(bar).append("<figcaption>CPU, microseconds each: ");
    int part = 0;
    for (String name : cpu.propertyNames()) {
      html.append("<span class=\"part\"><i class=\"key p")
          .append(part++)
          .append("\"></i> ")
          .append(Html.escaped(name))
          .append(' ')
          .append(Html.figure(ran.document(), ran.name(), "/perOrder/cpuMicros/" + name))
          .append("</span> ");
    }
    html.append("</figcaption></figure>");
  }

  /** What was measured by turns, as it was measured, and what the first of it differs by. */
  private void pairs(Ran ran, String name) {
    JsonNode pairs = ran.document().path(name);
    if (pairs.isEmpty()) {
      return;
    }
    html.append("<h3>").append(Html.escaped(Html.words(name))).append("</h3>");
    if (ran.document().has(SPREAD)) {
      html.append("<dl class=\"facts\">");
      fact("a differs from its median by, at most", figure(ran, "/" + SPREAD));
      html.append("</dl>");
    }
    html.append("<div class=\"wide\"><table><thead><tr><th class=\"n\">a</th>")
        .append("<th class=\"n\">b</th></tr></thead><tbody>");
    for (int i = 0; i < pairs.size(); i++) {
      html.append("<tr>");
      cell(ran, "/" + name + "/" + i + "/a");
      cell(ran, "/" + name + "/" + i + "/b");
      html.append("</tr>");
    }
    html.append("</tbody></table></div>");
  }

  private static String figure(Ran ran, String pointer) {
    return Html.figure(ran.document(), ran.name(), pointer);
  }

  private void more(Ran ran, String section) {
    JsonNode values = ran.document().path(section);
    if (values.isEmpty()) {
      return;
    }
    html.append("<h3>").append(Html.escaped(Html.words(section))).append("</h3>");
    html.append("<dl class=\"facts\">");
    facts(ran, values, "/" + section, "");
    html.append("</dl>");
  }

  /** A section's figures and those of its own sections, which are named by both. */
  private void facts(Ran ran, JsonNode values, String pointer, String prefix) {
    for (Map.Entry<String, JsonNode> value : values.properties()) {
      String name = prefix + Html.words(value.getKey());
      // As a JSON pointer has it: a name may be one of two, with a slash between.
      String at = pointer + "/" + value.getKey().replace("~", "~0").replace("/", "~1");
      if (value.getValue().isValueNode()) {
        fact(Html.escaped(name), Html.figure(ran.document(), ran.name(), at));
      } else if (value.getValue().isObject()) {
        facts(ran, value.getValue(), at, name + " ");
      }
    }
  }

  private void checks(Ran ran) {
    JsonNode checks = ran.document().at("/verified/checks");
    html.append("<h3>Verified in the database</h3><ul class=\"checks\">");
    for (int i = 0; i < checks.size(); i++) {
      String at = "/verified/checks/" + i;
      html.append("<li>")
          .append(
              checks.get(i).path("holds").asBoolean(false)
                  ? badge("good", "holds")
                  : badge("bad", "broken"))
          .append(' ')
          .append(Html.escaped(Html.words(checks.get(i).path("name").asString(""))))
          .append(": ")
          .append(Html.figure(ran.document(), ran.name(), at + "/got"))
          .append("</li>");
    }
    html.append("</ul>");
  }
}
