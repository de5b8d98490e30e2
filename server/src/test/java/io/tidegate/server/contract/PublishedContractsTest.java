package io.tidegate.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the program serves now against what was published: nothing of that may change or go.
 *
 * <p>What is new fails until it is recorded, by running this test with {@code
 * -Dtidegate.contracts.record=true}: else it could ship, and go again unseen. Breaks are never
 * recorded: a break is a new version of an event's type, or a new route, beside the old one.
 */
class PublishedContractsTest {

  private static final boolean RECORD = Boolean.getBoolean("tidegate.contracts.record");
  private static final String HOW =
      "./mvnw -pl server -am test -Dtest=PublishedContractsTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dtidegate.contracts.record=true";

  @Test
  void eventsOnlyGrow() throws IOException {
    check("events.jsonl", Documents.events(served("/asyncapi.json")));
  }

  @Test
  void routesAndTheirAnswersOnlyGrow() throws IOException {
    check("api.jsonl", Documents.api(served("/openapi.json")));
  }

  /** Else a field more, which is growth here, is a break for whoever validates what we answer. */
  @Test
  void answersAreOpenToFieldsThatComeLater() throws IOException {
    assertThat(ClosedAnswers.of(served("/openapi.json"))).isEmpty();
  }

  private static void check(String name, SortedMap<String, Fact> now) throws IOException {
    Baseline baseline = Baseline.of(name);
    assertThat(RECORD ? baseline.record(now).breaks() : baseline.findings(now))
        .as("%s and what is served; what is new is recorded by %s", name, HOW)
        .isEmpty();
  }

  private static JsonNode served(String name) throws IOException {
    try (InputStream in = PublishedContractsTest.class.getResourceAsStream(name)) {
      return JsonMapper.shared().readTree(Objects.requireNonNull(in).readAllBytes());
    }
  }
}
