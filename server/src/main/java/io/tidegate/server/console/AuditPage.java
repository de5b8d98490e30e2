package io.tidegate.server.console;

import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.server.audit.AuditDesk;
import io.tidegate.server.audit.AuditReport;
import io.tidegate.server.audit.AuditReport.Invariant;
import io.tidegate.server.audit.AuditReport.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the last audit found, name by name; staff may begin another. */
final class AuditPage implements Routes {
  private static final String PATH = "/console/audit";

  private final Pages pages;
  private final AuditDesk desk;

  AuditPage(Pages pages, AuditDesk desk) {
    this.pages = pages;
    this.desk = desk;
  }

  /**
   * What the page shows.
   *
   * @param whole whether anything is broken
   * @param summary when it was, how long it took and whether the queues had drained
   * @param running what is looked at just now; empty when nothing is
   * @param notice that the last try failed; empty otherwise
   */
  record Audit(
      OrderList.State whole,
      String summary,
      String running,
      String notice,
      List<Row> rows,
      String live) {}

  /** A name's line; beneath are its broken rows, its notes or its tests. */
  record Row(
      String name,
      String says,
      OrderList.State state,
      String looked,
      String kept,
      String broken,
      List<String> beneath) {}

  @Override
  public void register(Router router) {
    pages.get(router, PATH, pages.of(Section.AUDIT, (_, visitor, _) -> whole(visitor)));
    pages
        .get(
            router,
            PATH + "/live",
            pages.of(Section.AUDIT, (request, visitor, _) -> live(request, visitor)))
        .query("seen");
    pages.post(router, PATH + "/run", pages.form(Section.AUDIT, (request, _, _) -> run(request)));
  }

  private Reply whole(Visitor visitor) {
    Texts t = Texts.in(visitor.language());
    return pages.page(visitor, Section.AUDIT, t.of("audit.title"), PATH, "audit", model(t)).as(200);
  }

  private Reply live(Request request, Visitor visitor) {
    Audit audit = model(Texts.in(visitor.language()));
    String seen = audit.live().substring(audit.live().indexOf('=') + 1);
    return Live.reply(pages, visitor, request, "auditparts", audit, seen);
  }

  private Reply run(Request request) {
    desk.start(request.form().get("full") != null);
    return Reply.seeOther(PATH);
  }

  private Audit model(Texts t) {
    AuditDesk.Progress progress = desk.progress();
    String running = progress.running() ? t.with("audit.running", progress.doing()) : "";
    String notice = progress.failed() ? t.of("audit.failed") : "";
    Audit shown =
        desk.last()
            .map(report -> of(report, running, notice, t))
            .orElseGet(() ->
                new Audit(
                    new OrderList.State("unknown", t.of("audit.never")),
                    "",
                    running,
                    notice,
                    List.of(),
                    ""));
    String live = PATH + "/live?seen=" + Live.seen(shown);
    return new Audit(
        shown.whole(), shown.summary(), shown.running(), shown.notice(), shown.rows(), live);
  }

  private Audit of(AuditReport report, String running, String notice, Texts t) {
    boolean broken = report.broken() > 0;
    String seconds = String.format(Locale.ROOT, "%.1f", report.millis() / 1_000.0);
    String summary =
        String.join(
            " · ",
            Shown.moment(report.snapshotAt(), pages.zone()).text(),
            t.with("audit.took", seconds),
            t.of(report.kept() ? "audit.kept" : "audit.all_read"),
            t.of(report.atRest() ? "audit.at_rest" : "audit.not_at_rest"));
    return new Audit(
        new OrderList.State(
            broken ? "broken" : "ok",
            broken ? t.with("audit.broken", report.broken()) : t.of("audit.ok")),
        summary,
        running,
        notice,
        report.invariants().stream().map(row -> row(row, t)).toList(),
        "");
  }

  private static Row row(Invariant row, Texts t) {
    String status = row.status().name().toLowerCase(Locale.ROOT);
    boolean asked = row.status().isAsked();
    List<String> beneath = new ArrayList<>();
    row.sample()
        .forEach(sample ->
            beneath.add("%s: %s ≠ %s".formatted(sample.key(), sample.actual(), sample.expected())));
    row.notes().forEach(note -> beneath.add(t.named("audit_note", note)));
    if (row.status() == Status.BY_TEST) {
      row.tests().forEach(test -> beneath.add(test.substring(test.lastIndexOf('.') + 1)));
    }
    return new Row(
        row.name(),
        t.named("promise", row.name()),
        new OrderList.State(status, t.named("audit_status", status)),
        asked ? number(row.checked() - row.kept()) : "",
        asked ? number(row.kept()) : "",
        asked ? number(row.broken()) : "",
        beneath);
  }

  private static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
