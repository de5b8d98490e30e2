package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.Sql;
import io.tidegate.shop.reporting.ReportsLake.Order;
import io.tidegate.shop.testing.ShopServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reports and questions over HTTP: who may, what is refused, and what is given. */
class ReportHttpTest {

  private static final String TURNOVER = "/v1/admin/reports/turnover?from=2026-11-10&to=2026-11-10";

  private ReportsLake lake;
  private SqlDesk questions;
  private ShopServer server;
  private Path outside;

  @BeforeEach
  void start(@TempDir Path folder) throws SQLException, IOException {
    lake = new ReportsLake(folder.resolve("shop"));
    Order order = new Order(101, 1, "330106", "CNY", 2900, ReportsLake.at("2026-11-10T10:00"));
    lake.add(lake.order("paid", "2026-11-10T10:05", order, 2, "awaiting_shipment"));
    lake.add(lake.line("paid", "2026-11-10T10:05", order, "=cmd()", 2, 2900));
    lake.write();
    outside = Files.writeString(folder.resolve("outside.csv"), "secret\n1\n");
    questions = new SqlDesk(lake.shop.ground, lake.shop.repair(), Duration.ofSeconds(2));
    server =
        new ShopServer(
            new ReportRoutes(lake.desk, lake.rollups, () -> 3),
            new SqlRoutes(questions, lake.shop.database));
  }

  @AfterEach
  void stop() {
    server.close();
    questions.close();
    lake.close();
  }

  private HttpResponse<String> get(String role, String path, String... headers) {
    return server.staff(role, "GET", path, "", headers);
  }

  private HttpResponse<String> ask(String role, String sql) {
    return server.staff(
        role,
        "POST",
        "/v1/admin/reports/sql",
        JsonMapper.shared()
            .writeValueAsString(JsonMapper.shared().createObjectNode().put("sql", sql)));
  }

  @Test
  void aReportSaysWhatItIsAndHowFresh() {
    HttpResponse<String> answer = get("marketing", TURNOVER);
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode json = JsonMapper.shared().readTree(answer.body());
    assertThat(json.path("name").asString()).isEqualTo("turnover");
    assertThat(json.path("lagSeconds").asLong()).isEqualTo(3);
    assertThat(json.path("asOf").asString()).isEqualTo("2026-11-10T02:05:00.000Z");
    assertThat(json.path("columns").path(2).path("type").asString()).isEqualTo("money");
    assertThat(json.path("rows").path(0).path(2).asLong()).isEqualTo(2900);
  }

  @Test
  void csvGuardsFormulasAndLeavesNumbers() {
    String path = "/v1/admin/reports/best-sellers.csv?from=2026-11-10&to=2026-11-10";
    HttpResponse<String> answer = get("finance", path);
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
    assertThat(answer.body().split("\r\n"))
        .containsExactly(
            "sku,product,category,currency,pieces,turnover,piecesBack,turnoverBack",
            "'=cmd(),P=cmd(),books,CNY,2,2900,0,0");
    assertThat(get("finance", TURNOVER, "Accept", "text/csv").body()).startsWith("day,currency,");
  }

  @Test
  void everyReportAnswersInEveryCut() {
    JsonNode all = JsonMapper.shared().readTree(get("admin", "/v1/admin/reports").body());
    int asked = 0;
    int rows = 0;
    for (JsonNode report : all.path("data")) {
      for (JsonNode by : report.path("by")) {
        String path =
            "/v1/admin/reports/"
                + report.path("name").asString()
                + "?by="
                + by.path("name").asString();
        HttpResponse<String> answer = get("admin", path);
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        JsonNode told = JsonMapper.shared().readTree(answer.body());
        assertThat(told.path("name")).isEqualTo(report.path("name"));
        assertThat(told.path("by")).isEqualTo(by.path("name"));
        assertThat(told.path("columns")).as(path).isEqualTo(by.path("columns"));
        for (JsonNode row : told.path("rows")) {
          assertThat(row.size()).as(path).isEqualTo(by.path("columns").size());
        }
        String csv = get("admin", path, "Accept", "text/csv").body();
        assertThat(csv.lines().count()).as(path).isEqualTo(1 + told.path("rows").size());
        rows += told.path("rows").isEmpty() ? 0 : 1;
        asked++;
      }
    }
    assertThat(asked).isGreaterThan(20);
    assertThat(rows).as("cuts with rows").isGreaterThan(8);
  }

  @Test
  void onlyTheirRoles() {
    assertThat(get("warehouse", TURNOVER).statusCode()).isEqualTo(403);
    assertThat(server.get(1, TURNOVER).statusCode()).isEqualTo(403);
    assertThat(ask("marketing", "select 1").statusCode()).isEqualTo(403);
    assertThat(server.staff("finance", "POST", "/v1/admin/reports/check", "").statusCode())
        .isEqualTo(403);
    assertThat(server.staff("admin", "POST", "/v1/admin/reports/check", "").statusCode())
        .isEqualTo(200);
    assertThat(get("admin", "/v1/admin/reports/nothing").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "from=2026-11-11&to=2026-11-10",
        "from=2025-01-01&to=2026-11-10",
        "from=yesterday",
        "to=2026-02-30",
        "by=colour",
        "limit=5",
        "frm=2026-11-10"
      })
  void badInputIsRefused(String query) {
    assertThat(get("admin", "/v1/admin/reports/turnover?" + query).statusCode()).isEqualTo(400);
  }

  @Test
  void aQuestionIsAnsweredAndOnRecord() {
    HttpResponse<String> answer =
        ask(
            "finance",
            "select type, sum(total) as t, null as n from orders group by 1; -- so much");
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode json = JsonMapper.shared().readTree(answer.body());
    assertThat(json.path("rows").toString()).isEqualTo("[[\"paid\",2900,null]]");
    assertThat(json.path("cut").asBoolean()).isFalse();
    List<String> record =
        lake.shop.database.read(
            Sql.of(
                "select a.act || ' ' || q.actor || ' ' || q.rows from staff.act a,"
                    + " reporting.question q where a.subject = 'question ' || q.id"),
            row -> row.getString(1));
    assertThat(record).containsExactly("report.sql someone 1");
  }

  @Test
  void theNewestQuestionsAreKept() {
    Sql many =
        Sql.of(
            "insert into reporting.question (actor, sql)"
                + " select 'someone', 'select ' || n from generate_series(1, ?) n");
    lake.shop.database.write(
        "test",
        tx -> {
          tx.write(many, SqlRoutes.QUESTIONS_KEPT + 5);
          return true;
        });
    assertThat(ask("admin", "select 'the newest'").statusCode()).isEqualTo(200);
    List<String> kept =
        lake.shop.database.read(
            Sql.of("select sql from reporting.question order by id"), row -> row.getString(1));
    assertThat(kept).hasSize(SqlRoutes.QUESTIONS_KEPT);
    assertThat(kept.getFirst()).isEqualTo("select 7");
    assertThat(kept.getLast()).isEqualTo("select 'the newest'");
  }

  @Test
  void aCheckSaysWhatItCompared() {
    lake.keepUp(ReportsLake.LONG_AFTER);
    HttpResponse<String> answer = server.staff("admin", "POST", "/v1/admin/reports/check", "");
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode json = JsonMapper.shared().readTree(answer.body());
    assertThat(json.path("days").asInt()).isEqualTo(1);
    assertThat(json.path("of").asInt()).isEqualTo(1);
    assertThat(json.path("rows").asInt()).isPositive();
    assertThat(json.path("wrong").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"sql\":\"select 1\",\"noSuchField\":1}",
        "{\"sql\":\"select 1\",\"limit\":10001}",
        "{\"sql\":\"select 1\",\"limit\":0}",
        "{\"sql\":\"\"}",
        "{\"limit\":1}"
      })
  void aQuestionsFieldsAreReadStrictly(String body) {
    HttpResponse<String> answer = server.staff("admin", "POST", "/v1/admin/reports/sql", body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("invalid_request");
  }

  @Test
  void moreRowsThanGivenAreTold() {
    JsonNode json = JsonMapper.shared().readTree(ask("admin", "select * from range(20000)").body());
    assertThat(json.path("rows").size()).isEqualTo(10_000);
    assertThat(json.path("cut").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      textBlock =
          """
          select * from read_csv('/etc/passwd') => Cannot access file
          select * from '/etc/passwd' => Table with name /etc/passwd does not exist
          select * from read_text('${outside}') => Cannot access file
          select * from read_csv('${outside}') => Cannot access file
          select * from glob('/etc/*') => Cannot access file
          select * from sniff_csv('${outside}') => Cannot access file
          select * from read_text('/proc/self/environ') => Cannot access file
          select * from read_text('${lake}/orders/../../../outside.csv') => Cannot access file
          select * from read_blob('${lake}/rollup/rollup.duckdb') => Cannot access file
          select getenv('HOME') => getenv does not exist
          copy orders to '${outside}.out' => must be one SELECT or WITH
          copy (select 1) to '${outside}.out' => must be one SELECT or WITH
          attach '${outside}.db' as other => must be one SELECT or WITH
          set memory_limit = '100GB' => must be one SELECT or WITH
          reset lock_configuration => must be one SELECT or WITH
          pragma database_list => must be one SELECT or WITH
          install httpfs => must be one SELECT or WITH
          load httpfs => must be one SELECT or WITH
          call enable_logging() => must be one SELECT or WITH
          select * from enable_logging('QueryLog', storage = 'file') => the configuration has been locked
          select 1; select 2 => must be one statement
          select 1; copy (select 1) to '${outside}.out' => must be one SELECT or WITH
          create table t as select 1 => must be one SELECT or WITH
          insert into orders values (1) => must be one SELECT or WITH
          drop view orders => must be one SELECT or WITH
          delete from orders => must be one SELECT or WITH
          with x as (select 1) insert into t select * from x => must be one SELECT or WITH
          export database '${outside}.out' => must be one SELECT or WITH
          checkpoint => must be one SELECT or WITH
          prepare p as select 1 => must be one SELECT or WITH
          select * from read_parquet('https://example.org/x.parquet') => Cannot access file
          select * from postgres_scan('', '', '') => postgres_scan does not exist
          select nothing from nowhere => Table with name nowhere does not exist
          select => SELECT clause without selection list
          """)
  void whatDoesNotOnlyReadTheLakeIsRefused(String sql, String why) throws IOException {
    String put =
        sql.replace("${outside}", outside.toString())
            .replace("${lake}", lake.shop.lake.folder().toString());
    assertThat(wrong(put)).contains(why).doesNotContain("secret\n1").doesNotContain("root:");
    try (var left = Files.list(outside.getParent())) {
      assertThat(left.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder("shop", "outside.csv");
    }
  }

  @Test
  void numbersAreNumbers() {
    String sql =
        "select -5.00 as d, 9223372036854775808::hugeint as h, 'nan'::double as n,"
            + " (-7)::decimal(38,0) as w, 'x' as t";
    String json = ask("admin", sql).body();
    assertThat(json).contains("[[-5.00,\"9223372036854775808\",\"NaN\",-7,\"x\"]]");
    String body = JsonMapper.shared().createObjectNode().put("sql", sql).toString();
    String csv =
        server.staff("admin", "POST", "/v1/admin/reports/sql", body, "Accept", "text/csv").body();
    assertThat(csv).isEqualTo("d,h,n,w,t\r\n-5.00,9223372036854775808,NaN,-7,x\r\n");
  }

  @Test
  void manyShortCellsAreCut() {
    String columns =
        IntStream.range(0, 200).mapToObj(n -> "'x' as c" + n).collect(Collectors.joining(", "));
    JsonNode json =
        JsonMapper.shared()
            .readTree(ask("admin", "select " + columns + " from range(10000)").body());
    assertThat(json.path("rows").size()).isEqualTo(500_000 / 200);
    assertThat(json.path("cut").asBoolean()).isTrue();
  }

  @Test
  void aQuestionThatTakesTooLongIsCancelled() {
    HttpResponse<String> answer =
        ask(
            "admin",
            "select count(*) from range(10000000) a, range(10000000) b where a.range + b.range < 0");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("report_timeout");
    assertThat(ask("admin", "select 1").statusCode()).isEqualTo(200);
  }

  @Test
  void aQuestionThatWantsTooMuchMemoryFailsAlone() {
    HttpResponse<String> answer =
        ask("admin", "select list(a.range || 'xxxxxxxxxxxxxxxxxxxx') from range(100000000) a");
    assertThat(answer.statusCode()).isIn(400, 503);
    assertThat(get("admin", TURNOVER).statusCode()).isEqualTo(200);
  }

  @Test
  void aQuestionThatFailsSaysWhere() {
    assertThat(wrong("select nope"))
        .contains("LINE 1: select nope\n               ^^^^")
        .doesNotContain("asked");
    assertThat(wrong("select number,\n  nope from orders"))
        .contains("LINE 2:   nope from orders\n          ^^^^");
    assertThat(wrong("select '\u597d'\nfrom orders wher x"))
        .contains("syntax error")
        .endsWith("(line 2, column 18)");
    assertThat(wrong("select error('the reason')")).contains("the reason");
    assertThat(wrong("select strptime(type, '%d') from orders")).contains("Could not parse string");
    assertThat(wrong("delete from orders")).isEqualTo("must be one SELECT or WITH");
  }

  /** What is said of a question that can't be answered. */
  private String wrong(String sql) {
    HttpResponse<String> answer = ask("admin", sql);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    return JsonMapper.shared()
        .readTree(answer.body())
        .path("errors")
        .path(0)
        .path("detail")
        .asString();
  }
}
