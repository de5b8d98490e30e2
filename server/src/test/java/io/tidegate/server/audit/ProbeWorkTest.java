package io.tidegate.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Four times the orders are four times the work for each question, whatever PostgreSQL knows about
 * its tables: a snapshot's time is bounded, so a question with more would have no answer one day.
 */
class ProbeWorkTest {
  private static final int FEW = 100;
  private static final int MANY = 4 * FEW;

  /** Four, and what plans differ by. */
  private static final double MOST = 6;

  /** Rows that any plan may take, however little there is to do. */
  private static final double SOME = 2_000;

  private static final List<String> REMOVED =
      List.of(
          "Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck");

  @ParameterizedTest
  @EnumSource
  void fourTimesTheOrdersAreFourTimesTheWork(ManyShops.Statistics statistics) throws SQLException {
    Map<String, Double> few = work(ManyShops.of(FEW, statistics));
    Map<String, Double> many = work(ManyShops.of(MANY, statistics));

    List<String> tooMuch = new ArrayList<>();
    many.forEach((question, rows) -> {
      double before = few.getOrDefault(question, 0.0);
      if (rows > MOST * before + SOME) {
        tooMuch.add("%s: %,.0f rows, then %,.0f".formatted(question, before, rows));
      }
    });
    assertThat(tooMuch).isEmpty();
    assertThat(many.values().stream().filter(rows -> rows > MANY))
        .as("questions that had something to look at: " + many)
        .hasSizeGreaterThan(40);
  }

  /** Rows that each question's plan touches, as it is done. */
  private static Map<String, Double> work(String url) throws SQLException {
    Map<String, Double> work = new TreeMap<>();
    try (AuditSession session = new AuditSession(url)) {
      for (Map.Entry<String, ManyShops.Question> question : ManyShops.questions().entrySet()) {
        session.snapshot(snapshot ->
            question
                .getValue()
                .ask(
                    snapshot,
                    "explain (analyze, timing off, format json) ",
                    row -> work.put(question.getKey(), rows(plan(row.getString(1))))));
      }
    }
    return work;
  }

  private static JsonNode plan(String explained) {
    return JsonMapper.shared().readTree(explained).path(0).path("Plan");
  }

  private static double rows(JsonNode node) {
    double each = node.path("Actual Rows").doubleValue(0);
    for (String removed : REMOVED) {
      each += node.path(removed).doubleValue(0);
    }
    double rows = each * node.path("Actual Loops").doubleValue(0);
    for (JsonNode child : node.path("Plans")) {
      rows += rows(child);
    }
    return rows;
  }
}
