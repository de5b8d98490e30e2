package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.staff.StaffStore;

/** {@code POST /v1/admin/reports/sql}: a question of an analyst, which is on record. */
public final class SqlRoutes implements Routes {

  /** The roles that may ask. */
  public static final Access ANALYSTS = Access.staff("admin", "finance");

  static final int SQL_CHARS_MAX = 20_000;

  /** Questions that are kept, the newest ones; that somebody asked stays in the audit log. */
  static final int QUESTIONS_KEPT = 20_000;

  private static final int BYTES_GUESS = 16_384;

  private static final Sql ASKED =
      Sql.of("insert into reporting.question (actor, sql) values (?, ?) returning id");
  private static final Sql TRIM = Sql.of("delete from reporting.question where id <= ?");
  private static final Sql ANSWERED =
      Sql.of("update reporting.question set millis = ?, rows = ?, problem = ? where id = ?");

  private final SqlDesk desk;
  private final Database database;

  public SqlRoutes(SqlDesk desk, Database database) {
    this.desk = desk;
    this.database = database;
  }

  @Override
  public void register(Router router) {
    router.post("/v1/admin/reports/sql", ANALYSTS, this::ask);
  }

  private Reply ask(Request request) {
    Fields fields = request.json();
    String sql = fields.string("sql", SQL_CHARS_MAX);
    Long wanted = fields.optionalInteger("limit", 1, SqlDesk.ROWS_MAX);
    fields.check();
    int limit = wanted == null ? SqlDesk.ROWS_MAX : wanted.intValue();
    String actor = request.caller().subject();
    long id =
        database.write(
            "report-question",
            tx -> {
              long question = tx.query(ASKED, row -> row.getLong(1), actor, sql).getFirst();
              tx.write(TRIM, question - QUESTIONS_KEPT);
              StaffStore.record(tx, actor, "report.sql", "question " + question, json -> {});
              return question;
            });
    long began = System.nanoTime();
    try {
      SqlDesk.Answer answer = desk.run(sql, limit);
      answered(id, began, answer.table().rows().size(), "");
      return reply(request, answer);
    } catch (Problem problem) {
      answered(id, began, 0, problem.code());
      throw problem;
    }
  }

  private void answered(long id, long began, long rows, String problem) {
    long millis = (System.nanoTime() - began) / 1_000_000;
    database.write(
        "report-answer",
        tx -> {
          tx.write(ANSWERED, millis, rows, problem, id);
          return true;
        });
  }

  private static Reply reply(Request request, SqlDesk.Answer answer) {
    if (ReportRoutes.accepts(request.header("Accept"))) {
      return ReportRoutes.csv(answer.table(), answer.leftOut())
          .header("Content-Disposition", "attachment; filename=\"answer.csv\"");
    }
    JsonWriter json = new JsonWriter(BYTES_GUESS).beginObject();
    ReportText.json(json, answer.table());
    json.field("cut", answer.table().isCut())
        .field("millis", answer.took().toMillis())
        .field("leftOut", answer.leftOut())
        .endObject();
    return Reply.json(200, json.toBytes()).header("Cache-Control", "no-store");
  }
}
