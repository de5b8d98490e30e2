package io.tidegate.server.console;

import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.reporting.Report;
import io.tidegate.shop.reporting.ReportCut;
import io.tidegate.shop.reporting.ReportQuery;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which reports there are, and each with a picture and its rows. */
final class ReportsPage implements Routes {
  private static final String PATH = "/console/reports";
  private static final String[] ASKED = {"from", "to", "by", "limit"};
  private static final List<Integer> SPANS = List.of(7, 30, 90, 365);
  private static final int DAYS_DEFAULT = 30;

  private final Pages pages;
  private final ReportsWay reports;
  private final ReportNames names;
  private final InstantSource clock;

  ReportsPage(Pages pages, ReportsWay reports, ReportNames names, InstantSource clock) {
    this.pages = pages;
    this.reports = reports;
    this.names = names;
    this.clock = clock;
  }

  /** What the list shows. */
  record Listed(List<Entry> entries) {}

  /** A report in the list. */
  record Entry(String href, String title, String help) {}

  /**
   * What is asked for.
   *
   * @param limit rows at most; empty where the report has all its rows
   * @param wrong what is wrong with it, for people; empty for nothing
   */
  private record Wish(
      Report report, ReportCut cut, String from, String to, String limit, String wrong) {

    String href(String path) {
      return new Href(path)
          .with("from", from)
          .with("to", to)
          .with("by", cut.name())
          .with("limit", limit)
          .toString();
    }

    String here() {
      return href(PATH + "/" + report.wire());
    }
  }

  @Override
  public void register(Router router) {
    pages.get(router, PATH, pages.of(Section.REPORTS, (_, visitor, _) -> list(visitor)));
    pages
        .get(
            router,
            PATH + "/{name}",
            pages.of(Section.REPORTS, (request, visitor, _) -> report(request, visitor)))
        .query(ASKED);
    pages
        .get(
            router,
            PATH + "/{name}/result",
            pages.of(Section.REPORTS, (request, visitor, _) -> result(request, visitor)))
        .query(ASKED);
    pages
        .get(
            router,
            PATH + "/{name}/csv",
            pages.of(Section.REPORTS, (request, visitor, _) -> csv(request, visitor)))
        .query(ASKED);
  }

  private Reply list(Visitor visitor) {
    Texts t = Texts.in(visitor.language());
    List<Entry> entries =
        Arrays.stream(Report.values())
            .map(report ->
                new Entry(
                    PATH + "/" + report.wire(),
                    t.of("report." + code(report)),
                    t.of("report_help." + code(report))))
            .toList();
    return pages
        .page(visitor, Section.REPORTS, t.of("reports.title"), PATH, "reports", new Listed(entries))
        .as(200);
  }

  private Reply report(Request request, Visitor visitor) {
    Texts t = Texts.in(visitor.language());
    Wish wish = wish(request, t);
    Answered answered =
        wish.wrong().isEmpty()
            ? ask(request, wish, t)
            : new Answered(400, ReportView.Result.troubled("", "", ""));
    String wrong = answered.wrong().isEmpty() ? wish.wrong() : answered.wrong();
    ReportView view =
        new ReportView(
            wish.report().wire(),
            t.of("report." + code(wish.report())),
            t.of("report_help." + code(wish.report())),
            wish.from(),
            wish.to(),
            wish.report().cuts().stream()
                .map(cut ->
                    new OrderList.Choice(
                        cut.name(),
                        t.of("report_by." + cut.name()),
                        cut.name().equals(wish.cut().name())))
                .toList(),
            wish.limit(),
            wrong,
            spans(wish, t),
            answered.result());
    Reply reply =
        pages
            .page(visitor, Section.REPORTS, view.title(), wish.here(), "report", view)
            .as(answered.status());
    return answered.status() == 503 ? reply.header("Retry-After", "5") : reply;
  }

  private List<ReportView.Span> spans(Wish wish, Texts t) {
    LocalDate today = today();
    return SPANS.stream()
        .map(days -> {
          String from = today.minusDays(days - 1L).toString();
          Wish other =
              new Wish(wish.report(), wish.cut(), from, today.toString(), wish.limit(), "");
          return new ReportView.Span(
              other.here(),
              t.with("reports.days", days),
              other.from().equals(wish.from()) && other.to().equals(wish.to()));
        })
        .toList();
  }

  /** The part of a page that had no answer yet: 200 whatever comes, so that it is put in. */
  private Reply result(Request request, Visitor visitor) {
    Texts t = Texts.in(visitor.language());
    Wish wish = wish(request, t);
    if (!wish.wrong().isEmpty()) {
      throw Problem.invalid(wish.wrong());
    }
    Answered answered = ask(request, wish, t);
    if (!answered.wrong().isEmpty()) {
      throw Problem.invalid(answered.wrong());
    }
    return pages.part(visitor, "reportresult", answered.result()).as(200);
  }

  private Reply csv(Request request, Visitor visitor) {
    Texts t = Texts.in(visitor.language());
    Wish wish = wish(request, t);
    if (!wish.wrong().isEmpty()) {
      throw Problem.invalid(wish.wrong());
    }
    ReportsWay.Answer answer =
        reports.get(
            wish.href("/v1/admin/reports/" + wish.report().wire() + ".csv"), token(request));
    if (answer.status() != 200) {
      throw ReportAnswer.problem(answer);
    }
    String file = wish.report().wire() + "-" + wish.from() + "-" + wish.to() + ".csv";
    return Reply.bytes(200, answer.contentType(), answer.body())
        .header("Content-Disposition", "attachment; filename=\"" + file + "\"")
        .header("Cache-Control", "no-store");
  }

  /**
   * What came of a question.
   *
   * @param status of the page that shows it
   */
  private record Answered(int status, ReportView.Result result, String wrong) {
    Answered(int status, ReportView.Result result) {
      this(status, result, "");
    }
  }

  private Answered ask(Request request, Wish wish, Texts t) {
    ReportsWay.Answer answer;
    try {
      answer = reports.get(wish.href("/v1/admin/reports/" + wish.report().wire()), token(request));
    } catch (Problem problem) {
      return troubled(problem.code(), wish, t);
    }
    if (answer.status() == 200) {
      return new Answered(200, shown(ReportAnswer.read(answer.body()), wish, t));
    }
    ReportAnswer.Refusal refusal = ReportAnswer.Refusal.read(answer);
    if (refusal.status() == 400) {
      String wrong = t.named("report_wrong", refusal.pointer().replace("?", ""));
      return new Answered(400, ReportView.Result.troubled("", "", ""), wrong);
    }
    if (refusal.status() != 503) {
      throw refusal.problem();
    }
    return troubled(refusal.code(), wish, t);
  }

  /** Why there is no answer now; what passes by itself is looked for again. */
  private static Answered troubled(String code, Wish wish, Texts t) {
    String known =
        switch (code) {
          case "reports_preparing", "reports_unavailable", "report_timeout", "overloaded" -> code;
          default -> "other";
        };
    String again =
        known.equals("report_timeout")
            ? ""
            : wish.href(PATH + "/" + wish.report().wire() + "/result");
    return new Answered(
        503,
        ReportView.Result.troubled(
            t.of("report_trouble." + known), t.of("report_trouble_help." + known), again));
  }

  private ReportView.Result shown(ReportAnswer answer, Wish wish, Texts t) {
    List<ReportChart.Drawn> charts =
        ReportChart.of(
            wish.report(),
            wish.cut().name(),
            LocalDate.parse(wish.from()),
            lastDay(wish, answer),
            answer,
            names,
            t);
    String asOf = answer.asOf() == null ? "" : Shown.moment(answer.asOf(), pages.zone()).text();
    String facts =
        answer.lacking(t)
            + (asOf.isEmpty() ? t.of("reports.of_nothing") : t.with("reports.as_of", asOf))
            + " "
            + (answer.lagSeconds() < 0
                ? ""
                : t.with("reports.lag", Numbers.time((double) answer.lagSeconds())) + " ")
            + t.with("reports.took", Numbers.time(answer.millis() / 1e3));
    long shown = Math.min(answer.total(), ReportTableText.ROWS_MAX);
    return new ReportView.Result(
        "",
        "",
        "",
        charts,
        ReportTableText.of(answer, names, t),
        facts,
        answer.total() > shown || answer.cut()
            ? t.with("reports.partly", Numbers.count((double) shown))
            : "",
        wish.href(PATH + "/" + wish.report().wire() + "/csv"));
  }

  /** Nothing is drawn of days that the answer can't know yet: they would look like a fall. */
  private LocalDate lastDay(Wish wish, ReportAnswer answer) {
    LocalDate asked = LocalDate.parse(wish.to());
    Instant asOf = answer.asOf();
    LocalDate known = asOf == null ? asked : LocalDate.ofInstant(asOf, pages.zone());
    LocalDate first = LocalDate.parse(wish.from());
    LocalDate last = known.isBefore(asked) ? known : asked;
    return last.isBefore(first) ? first : last;
  }

  private Wish wish(Request request, Texts t) {
    Report report = Report.named(request.path("name")).orElseThrow(Problem::notFound);
    String by = request.query("by");
    ReportCut cut =
        by == null
            ? report.cuts().getFirst()
            : report.cut(by).orElseThrow(() -> Problem.invalid("?by", "is no way to cut it"));
    LocalDate today = today();
    String to = text(request.query("to"), today.toString());
    LocalDate last = day(to);
    String from =
        text(
            request.query("from"),
            (last == null ? today : last).minusDays(DAYS_DEFAULT - 1L).toString());
    String limit = text(request.query("limit"), Integer.toString(ReportCut.LIMIT_DEFAULT));
    return new Wish(
        report, cut, from, to, cut.isLimited() ? limit : "", wrong(day(from), last, cut, limit, t));
  }

  private static String wrong(
      @Nullable LocalDate from, @Nullable LocalDate to, ReportCut cut, String limit, Texts t) {
    if (from == null) {
      return t.of("report_wrong.from");
    }
    if (to == null) {
      return t.of("report_wrong.to");
    }
    if (from.isAfter(to) || ChronoUnit.DAYS.between(from, to) >= ReportQuery.DAYS_MAX) {
      return t.of("report_wrong.days");
    }
    boolean limited =
        limit.matches("[1-9][0-9]{0,3}") && Integer.parseInt(limit) <= ReportCut.LIMIT_MAX;
    return cut.isLimited() && !limited ? t.of("report_wrong.limit") : "";
  }

  private static String text(@Nullable String given, String otherwise) {
    return given == null || given.isBlank() ? otherwise : given.strip();
  }

  private static @Nullable LocalDate day(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException _) {
      return null;
    }
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), pages.zone());
  }

  /** The name of a report in text keys. */
  static String code(Report report) {
    return report.wire().replace('-', '_');
  }

  private static String token(Request request) {
    String session = request.cookie(Visitors.SESSION_COOKIE);
    return session == null ? "" : session;
  }
}
