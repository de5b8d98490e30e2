package io.tidegate.shop.reporting;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code /v1/admin/reports}: which there are, each of them, and the check of what they rest on. */
public final class ReportRoutes implements Routes {

  /** The roles that may read reports. */
  public static final Access READERS = Access.staff("admin", "finance", "marketing");

  static final String CSV = "text/csv; charset=utf-8";

  /** How many files' rows lack, on a file that has no other place for it. */
  public static final String LEFT_OUT = "Tidegate-Left-Out";

  /** The days where nobody says which. */
  private static final int DAYS_DEFAULT = 30;

  private static final int FIRST_YEAR = 2000;
  private static final int LAST_YEAR = 2199;
  private static final int BYTES_GUESS = 16_384;

  /** How long one call goes on with a check. */
  private static final Duration CHECK_MAX = Duration.ofSeconds(10);

  private final ReportDesk desk;
  private final Rollups rollups;
  private final LakeLagSeconds lag;
  private final AtomicReference<@Nullable RollupCheck> checking = new AtomicReference<>();

  /** How far the lake is behind the log. */
  @FunctionalInterface
  public interface LakeLagSeconds {
    long seconds();
  }

  public ReportRoutes(ReportDesk desk, Rollups rollups, LakeLagSeconds lag) {
    this.desk = desk;
    this.rollups = rollups;
    this.lag = lag;
  }

  @Override
  public void register(Router router) {
    router.get("/v1/admin/reports", READERS, this::list);
    router
        .get("/v1/admin/reports/{name}", READERS, this::report)
        .query("from", "to", "by", "limit");
    router.post("/v1/admin/reports/check", Access.staff("admin"), this::check);
  }

  private Reply list(Request request) {
    return Reply.json(
        200,
        json -> {
          json.beginObject().name("data").beginArray();
          for (Report report : Report.values()) {
            json.beginObject()
                .field("name", report.wire())
                .field("title", report.title())
                .name("by")
                .beginArray();
            for (ReportCut cut : report.cuts()) {
              json.beginObject().field("name", cut.name()).field("limited", cut.isLimited());
              ReportText.columns(json.name("columns"), cut.columns());
              json.endObject();
            }
            json.endArray().endObject();
          }
          json.endArray().endObject();
        });
  }

  private Reply report(Request request) {
    String name = request.path("name");
    boolean asCsv = name.endsWith(".csv") || accepts(request.header("Accept"));
    Report report =
        Report.named(name.endsWith(".csv") ? name.substring(0, name.length() - 4) : name)
            .orElseThrow(Problem::notFound);
    ReportDesk.Answer answer = desk.run(query(request, report));
    if (asCsv) {
      ReportQuery query = answer.query();
      return csv(answer.table(), answer.leftOut())
          .header(
              "Content-Disposition",
              "attachment; filename=\"%s-%s-%s.csv\""
                  .formatted(report.wire(), query.from(), query.to()));
    }
    JsonWriter json = new JsonWriter(BYTES_GUESS);
    write(json, answer);
    return Reply.json(200, json.toBytes()).header("Cache-Control", "no-store");
  }

  /** A table has no room to say that it lacks rows, so a header does. */
  static Reply csv(ReportTable table, int leftOut) {
    Reply reply = Reply.bytes(200, CSV, ReportText.csv(table)).header("Cache-Control", "no-store");
    return leftOut == 0 ? reply : reply.header(LEFT_OUT, Integer.toString(leftOut));
  }

  static boolean accepts(@Nullable String accept) {
    return accept != null && accept.startsWith("text/csv");
  }

  private void write(JsonWriter json, ReportDesk.Answer answer) {
    ReportQuery query = answer.query();
    json.beginObject()
        .field("name", query.report().wire())
        .field("by", query.cut().name())
        .field("from", query.from().toString())
        .field("to", query.to().toString());
    ReportText.json(json, answer.table());
    json.field("cut", answer.table().isCut())
        .field("millis", answer.took().toMillis())
        .field("rawDays", answer.rawDays())
        .fieldIfPresent("asOf", answer.asOf().orElse(null))
        .field("lagSeconds", lag.seconds())
        .field("leftOut", answer.leftOut())
        .endObject();
  }

  private ReportQuery query(Request request, Report report) {
    String by = request.query("by");
    ReportCut cut =
        by == null
            ? report.cuts().getFirst()
            : report
                .cut(by)
                .orElseThrow(() -> Problem.invalid("?by", "must be one of " + names(report)));
    LocalDate today = desk.today();
    String last = request.query("to");
    LocalDate to = last == null ? today : day("?to", last);
    String first = request.query("from");
    LocalDate from = first == null ? to.minusDays(DAYS_DEFAULT - 1L) : day("?from", first);
    if (from.isAfter(to)) {
      throw Problem.invalid("?from", "is after to");
    }
    if (ChronoUnit.DAYS.between(from, to) >= ReportQuery.DAYS_MAX) {
      throw Problem.invalid("?from", "at most " + ReportQuery.DAYS_MAX + " days at once");
    }
    return new ReportQuery(report, cut, from, to, limit(request.query("limit"), cut));
  }

  private static String names(Report report) {
    return report.cuts().stream().map(ReportCut::name).collect(Collectors.joining(", "));
  }

  private static int limit(@Nullable String text, ReportCut cut) {
    if (text == null) {
      return ReportCut.LIMIT_DEFAULT;
    }
    if (!cut.isLimited()) {
      throw Problem.invalid("?limit", "this report has all its rows");
    }
    return whole("?limit", text, ReportCut.LIMIT_MAX);
  }

  static int whole(String pointer, String text, int most) {
    if (text.matches("[1-9][0-9]{0,8}")) {
      int number = Integer.parseInt(text);
      if (number <= most) {
        return number;
      }
    }
    throw Problem.invalid(pointer, "must be an integer from 1 to " + most);
  }

  private static LocalDate day(String pointer, String text) {
    try {
      LocalDate day = LocalDate.parse(text);
      if (day.getYear() >= FIRST_YEAR && day.getYear() <= LAST_YEAR) {
        return day;
      }
    } catch (DateTimeException _) {
      // told below
    }
    throw Problem.invalid(pointer, "must be a day such as 2026-03-31");
  }

  /** Goes on with the check that was begun, or begins one; a long one takes several calls. */
  private Reply check(Request request) {
    RollupCheck check = begun();
    long until = System.nanoTime() + CHECK_MAX.toNanos();
    boolean more = check.next();
    while (more && System.nanoTime() - until < 0) {
      more = check.next();
    }
    if (!more) {
      checking.compareAndSet(check, null);
    }
    Rollups.Checked found = check.found();
    return Reply.json(
        more ? 202 : 200,
        json -> {
          json.beginObject()
              .field("days", found.days())
              .field("of", check.daysInAll())
              .field("rows", found.rows())
              .name("wrong")
              .beginArray();
          for (Rollups.Wrong wrong : found.wrong()) {
            json.beginObject().field("table", wrong.table()).field("day", wrong.day()).endObject();
          }
          json.endArray().endObject();
        });
  }

  private RollupCheck begun() {
    RollupCheck fresh = rollups.check();
    RollupCheck other = checking.compareAndExchange(null, fresh);
    return other == null ? fresh : other;
  }
}
