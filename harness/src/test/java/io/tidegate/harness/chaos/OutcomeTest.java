package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.chaos.Journey.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A trial's figures are counted, each from those who know it. */
final class OutcomeTest {
  private static final Answer.Unknown LOST = new Answer.Unknown("IOException: reset");

  private static final Duration TOOK = Duration.ofMillis(4);

  private static Answer done(boolean replayed) {
    return new Answer.Done(201, JsonMapper.shared().createObjectNode(), replayed);
  }

  @Test
  void requests_are_counted_by_their_answers() {
    Requests requests = new Requests();
    requests.count("a", done(false), TOOK);
    requests.count("a", done(true), TOOK);
    requests.count("b", new Answer.Refused(409, "out_of_stock"), TOOK);
    requests.count(null, new Answer.Refused(404, ""), TOOK);
    Requests.Told told = requests.told();
    ObjectNode json = JsonMapper.shared().createObjectNode();
    told.into(json);
    assertThat(json)
        .hasToString(
            "{\"sent\":4,\"replayed\":1,\"refused\":{\"404\":1,\"out_of_stock\":1},"
                + "\"shed\":0,\"failed\":0,\"latencyMs\":{\"p50\":4.001,\"p90\":4.001,"
                + "\"p99\":4.001,\"p999\":4.001,\"max\":4.001}}");
    assertThat(told.unknown()).isZero();
  }

  @Test
  void a_servers_failures_are_unknown_too_and_silence_has_no_latency() {
    Requests requests = new Requests();
    requests.count("a", LOST, Duration.ofSeconds(10));
    ObjectNode none = JsonMapper.shared().createObjectNode();
    requests.told().into(none);
    assertThat(none.has("latencyMs")).isFalse();
    requests.count("a", new Answer.Unknown("status 503", 503), TOOK);
    requests.count("b", new Answer.Unknown("status 503", 503), TOOK);
    requests.count("c", new Answer.Unknown("status 500", 500), TOOK);
    requests.count("d", new Answer.Unknown("status 429", 429), TOOK);
    requests.count("e", new Answer.Unknown("status 409", 409), TOOK);
    assertThat(requests.told())
        .returns(2L, Requests.Told::shed)
        .returns(1L, Requests.Told::failed)
        .returns(6L, Requests.Told::unknown);
    assertThat(requests.told().latencyMs().get("max")).isBetween(4.0, 4.1);
  }

  @Test
  void what_is_unknown_is_settled_by_its_own_key() {
    Requests requests = new Requests();
    requests.count("a", LOST, TOOK);
    requests.count("a", LOST, TOOK);
    requests.count("b", LOST, TOOK);
    requests.count("c", new Answer.Unknown("status 503"), TOOK);
    requests.count(null, LOST, TOOK);
    requests.count("a", done(true), TOOK);
    requests.count("a", done(true), TOOK);
    requests.count("b", new Answer.Refused(409, "sold_out"), TOOK);
    requests.count(null, done(false), TOOK);
    assertThat(requests.told())
        .returns(5L, Requests.Told::unknown)
        .returns(3L, Requests.Told::unknownResolved);
  }

  @Test
  void rows_are_held_against_what_was_acknowledged() {
    List<Journey> history = new Told().history;
    Journey refused = new Journey(Journey.Plan.LEAVE, history.getFirst().wish());
    refused.note(Step.PLACE, new Answer.Refused(409, "price_changed"));
    history.add(refused);
    Healing.Audited audited = new Healing.Audited(2, true, List.of(), List.of());
    Outcome outcome = Outcome.of(history, 3, audited);
    ObjectNode json = JsonMapper.shared().createObjectNode();
    outcome.into(json);
    assertThat(outcome.created()).isEqualTo(3);
    assertThat(json)
        .hasToString(
            "{\"orders\":4,\"ordersInDatabase\":3,\"equalsCreated\":true,"
                + "\"auditBroken\":2,\"auditAtRest\":true}");
    assertThat(Outcome.of(history, 4, audited).equalsCreated()).isFalse();
  }

  @Test
  void rows_that_nobody_can_read_are_not_those_that_were_acknowledged() {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    Outcome.unread(new Told().history).into(json);
    assertThat(json).hasToString("{\"orders\":3,\"equalsCreated\":false,\"auditAtRest\":false}");
  }

  @Test
  void deadlocks_are_those_of_the_log(@TempDir Path data) throws Exception {
    assertThat(DatabaseLog.deadlocks(data)).isEmpty();
    Path log = Files.createDirectories(data.resolve("postgres/log"));
    Files.writeString(log.resolve("postgres-Fri.log"), "LOG:  checkpoint starting: time\n");
    assertThat(DatabaseLog.deadlocks(data)).hasValue(0L);
    Files.writeString(
        log.resolve("postgres-Sat.log"),
        """
        2026-11-28 01:02:03.004 UTC [77] LOG:  process 77 detected deadlock while waiting for ShareLock
        2026-11-28 01:02:03.004 UTC [77] ERROR:  deadlock detected
        2026-11-28 01:02:03.005 UTC [1] LOG:  database system was interrupted
        2026-11-28 01:03:03.004 UTC [99] ERROR:  deadlock detected
        """);
    assertThat(DatabaseLog.deadlocks(data)).hasValue(2L);
  }

  @Test
  void deadlocks_and_what_nobody_can_tell_are_found() {
    assertThat(AtEnd.of("jdbc:nowhere", Optional.of(0L)).findings())
        .singleElement()
        .asString()
        .startsWith("BROKEN: in the end: the database cannot be reached");
    assertThat(AtEnd.of("jdbc:nowhere", Optional.of(2L)).findings())
        .last()
        .hasToString("BROKEN: 2 deadlocks");
    assertThat(AtEnd.of("jdbc:nowhere", Optional.empty()).findings())
        .last()
        .asString()
        .contains("deadlocks are unknown");
  }
}
