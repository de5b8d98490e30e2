package io.tidegate.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the program serves now against what was published: nothing of that may change or go.
 *
 * <p>What is new passes, and is recorded by running this test with {@code
 * -Dtidegate.contracts.record=true}; from then on it is published too. Breaks are never recorded: a
 * break is a new version of an event's type, or a new route, beside the old one.
 */
class PublishedContractsTest {

  private static final Logger log = LoggerFactory.getLogger(PublishedContractsTest.class);
  private static final boolean RECORD = Boolean.getBoolean("tidegate.contracts.record");
  private static final String HOW =
      "./mvnw -pl server -am test -Dtest=PublishedContractsTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dtidegate.contracts.record=true";

  /** Longer lists are cut in what is told; the file's diff shows all. */
  private static final int NEWS_TOLD_MAX = 20;

  @Test
  void eventsOnlyGrow() throws IOException {
    check("events.jsonl", Documents.events(served("/asyncapi.json")));
  }

  @Test
  void routesAndTheirAnswersOnlyGrow() throws IOException {
    check("api.jsonl", Documents.api(served("/openapi.json")));
  }

  private static void check(String name, SortedMap<String, Fact> now) throws IOException {
    Baseline baseline = Baseline.of(name);
    Growth growth = RECORD ? baseline.record(now) : Growth.of(baseline.read(), now);
    assertThat(growth.breaks()).as("what %s has published, and is no longer so", name).isEmpty();
    if (!RECORD && !growth.news().isEmpty()) {
      log.warn(
          "{} places of the contract are not in {} yet; record them: {}\n  {}",
          growth.news().size(),
          name,
          HOW,
          String.join("\n  ", growth.news().stream().limit(NEWS_TOLD_MAX).toList()));
    }
  }

  private static JsonNode served(String name) throws IOException {
    try (InputStream in = PublishedContractsTest.class.getResourceAsStream(name)) {
      return JsonMapper.shared().readTree(Objects.requireNonNull(in).readAllBytes());
    }
  }
}
