package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An audit that could not look at everything is no clean one. */
final class HealingTest {
  private static final String M11 =
      "{\"name\":\"M11\",\"when\":\"at rest\",\"status\":\"broken\",\"sample\":[\"7\"]}";

  private static JsonNode audit(boolean atRest, String invariants) {
    return JsonMapper.shared()
        .readTree(
            "{\"atRest\":%s,\"pending\":{\"refunds\":1},\"invariants\":[%s]}"
                .formatted(atRest, invariants));
  }

  private static List<Finding> audited(Duration max, JsonNode... audits) throws Exception {
    Iterator<JsonNode> each = List.of(audits).iterator();
    return Healing.audited(each::next, System.nanoTime(), max).findings();
  }

  @Test
  void what_is_not_at_rest_in_time_is_found() throws Exception {
    assertThat(audited(Duration.ZERO, audit(false, M11)))
        .singleElement()
        .asString()
        .contains("not at rest", "refunds");
  }

  @Test
  void what_holds_at_rest_only_is_waited_for() throws Exception {
    assertThat(audited(Duration.ofMinutes(1), audit(false, M11), audit(true, M11)))
        .singleElement()
        .asString()
        .contains("M11");
    assertThat(audited(Duration.ofMinutes(1), audit(false, ""), audit(true, ""))).isEmpty();
  }

  @Test
  void what_the_audit_had_no_time_for_is_found() throws Exception {
    String s2 = "{\"name\":\"S2\",\"status\":\"skipped\",\"notes\":[\"sums_took_too_long\"]}";
    String e7 = "{\"name\":\"E7\",\"status\":\"skipped\",\"notes\":[\"lake_none\"]}";
    Iterator<JsonNode> one = List.of(audit(true, s2 + "," + e7)).iterator();
    Healing.Audited audited = Healing.audited(one::next, System.nanoTime(), Duration.ZERO);
    assertThat(audited.findings()).singleElement().asString().contains("no time for S2");
    assertThat(audited.broken()).isZero();
    Outcome outcome = Outcome.of(List.of(), 0, audited);
    ObjectNode json = JsonMapper.shared().createObjectNode();
    outcome.into(json);
    assertThat(json.path("auditTookTooLong")).hasToString("[\"S2\"]");
  }

  @Test
  void what_is_broken_is_counted() throws Exception {
    Iterator<JsonNode> one = List.of(audit(true, M11)).iterator();
    assertThat(Healing.audited(one::next, System.nanoTime(), Duration.ZERO))
        .returns(1L, Healing.Audited::broken)
        .returns(true, Healing.Audited::atRest);
    Iterator<JsonNode> none = List.of(audit(false, M11)).iterator();
    assertThat(Healing.audited(none::next, System.nanoTime(), Duration.ZERO))
        .as("it counts at rest only")
        .returns(0L, Healing.Audited::broken)
        .returns(false, Healing.Audited::atRest);
  }
}
