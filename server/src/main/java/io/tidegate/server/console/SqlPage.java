package io.tidegate.server.console;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.reporting.LakeColumn;
import io.tidegate.shop.reporting.LakeTable;
import io.tidegate.shop.reporting.SqlDesk;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Analysts' own questions to the lake, in SQL. */
final class SqlPage implements Routes {
  private static final String PATH = "/console/sql";
  private static final String ROUTE = "/v1/admin/reports/sql";
  private static final int SQL_CHARS_MAX = 20_000;

  private final Pages pages;
  private final ReportsWay reports;

  SqlPage(Pages pages, ReportsWay reports) {
    this.pages = pages;
    this.reports = reports;
  }

  /**
   * What the page shows.
   *
   * @param wrong what is wrong with the question, as its engine says; empty for nothing
   * @param trouble why there is no answer now; empty for nothing
   * @param answered whether there are rows to be shown, perhaps none
   * @param facts what the answer cost, and whether there is more of it
   */
  record Asked(
      String sql,
      List<View> views,
      String wrong,
      String trouble,
      boolean answered,
      ReportView.Table table,
      String facts) {

    private static final ReportView.Table NOTHING = new ReportView.Table(List.of(), List.of());

    static Asked wrongly(String sql, String wrong, String trouble) {
      return new Asked(sql, VIEWS, wrong, trouble, false, NOTHING, "");
    }
  }

  /** A view that can be asked, with its columns. */
  record View(String name, String columns) {}

  /** What there is, as the lake has it; {@code day} is added to each. */
  private static final List<View> VIEWS =
      Arrays.stream(LakeTable.values())
          .map(table ->
              new View(
                  table.sql(),
                  Stream.concat(table.columns().stream().map(LakeColumn::name), Stream.of("day"))
                      .collect(Collectors.joining(", "))))
          .toList();

  @Override
  public void register(Router router) {
    pages.get(
        router,
        PATH,
        pages.of(Section.SQL, (_, visitor, _) -> page(visitor, Asked.wrongly("", "", ""), 200)));
    pages.post(
        router, PATH, pages.form(Section.SQL, (request, visitor, _) -> ask(request, visitor)));
  }

  private Reply page(Visitor visitor, Asked asked, int status) {
    Texts t = Texts.in(visitor.language());
    return pages.page(visitor, Section.SQL, t.of("sql.title"), PATH, "sql", asked).as(status);
  }

  private Reply ask(Request request, Visitor visitor) {
    Texts t = Texts.in(visitor.language());
    String sql = new Typed(request.form()).text("sql", SQL_CHARS_MAX);
    boolean csv = "csv".equals(request.form().get("as"));
    ReportsWay.Answer answer;
    try {
      answer =
          reports.post(
              ROUTE,
              session(request),
              question(sql, csv ? SqlDesk.ROWS_MAX : ReportTableText.ROWS_MAX),
              csv ? "text/csv" : "application/json");
    } catch (Problem problem) {
      return page(visitor, Asked.wrongly(sql, "", trouble(problem.code(), t)), 503)
          .header("Retry-After", "5");
    }
    if (answer.status() != 200) {
      return refused(visitor, sql, answer, t);
    }
    return csv
        ? Reply.bytes(200, answer.contentType(), answer.body())
            .header("Content-Disposition", "attachment; filename=\"answer.csv\"")
            .header("Cache-Control", "no-store")
        : page(visitor, shown(sql, ReportAnswer.read(answer.body()), t), 200);
  }

  private static byte[] question(String sql, int limit) {
    return new JsonWriter(sql.length() + 64)
        .beginObject()
        .field("sql", sql)
        .field("limit", limit)
        .endObject()
        .toBytes();
  }

  private Reply refused(Visitor visitor, String sql, ReportsWay.Answer answer, Texts t) {
    ReportAnswer.Refusal refusal = ReportAnswer.Refusal.read(answer);
    return switch (refusal.status()) {
      case 400 -> page(visitor, Asked.wrongly(sql, refusal.detail(), ""), 400);
      case 503 ->
          page(visitor, Asked.wrongly(sql, "", trouble(refusal.code(), t)), 503)
              .header("Retry-After", "5");
      default -> throw refusal.problem();
    };
  }

  private static String trouble(String code, Texts t) {
    return switch (code) {
      case "overloaded" -> t.of("sql.busy");
      case "report_timeout" -> t.of("sql.too_long");
      default -> t.of("report_trouble.reports_unavailable");
    };
  }

  private static Asked shown(String sql, ReportAnswer answer, Texts t) {
    String rows = t.with("sql.rows", Numbers.count(answer.rows().size()));
    String facts =
        answer.lacking(t)
            + rows
            + " "
            + t.with("reports.took", Numbers.time(answer.millis() / 1e3))
            + (answer.cut() ? " " + t.of("sql.more") : "");
    return new Asked(sql, VIEWS, "", "", true, ReportTableText.raw(answer), facts);
  }

  private static String session(Request request) {
    String session = request.cookie(Visitors.SESSION_COOKIE);
    return session == null ? "" : session;
  }
}
