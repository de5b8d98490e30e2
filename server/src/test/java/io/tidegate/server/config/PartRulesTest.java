package io.tidegate.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the keys of systems outside need of each other. */
class PartRulesTest {

  private static final Path DATA = Path.of("no-such-folder");
  private static final String SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

  @Test
  void aWarehousesSecretAloneLetsItEndWhatItHas() {
    assertThat(settings("warehouse.outside.secret=" + SECRET)).isNotNull();
  }

  @Test
  void anAddressWithoutSecretOrTheOtherWayRoundFailsTheStart() {
    assertThatThrownBy(() ->
            settings(
                "warehouse.outside.url=http://127.0.0.1:1",
                "notification.outside.secret=" + SECRET,
                "grants.outside.url=http://127.0.0.1:1",
                "stock.feed.secret=whsec_c2hvcnQ="))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(String.join("\n", e.problems()))
                    .contains(
                        "warehouse.outside.url needs warehouse.outside.secret",
                        "notification.outside.secret needs notification.outside.url",
                        "grants.outside.url needs grants.outside.secret",
                        "stock.feed.secret is not whsec_ and 24 to 64 bytes")
                    .doesNotContain("c2hvcnQ", "MDEyMzQ1"));
    assertThat(
            settings(
                    "warehouse.outside.url=http://127.0.0.1:1",
                    "warehouse.outside.secret=" + SECRET)
                .settings()
                .toString())
        .doesNotContain("MDEyMzQ1");
  }

  @Test
  void whereNamesAndPhonesGoIsEncryptedOutsideOfADemoOrThisMachine() {
    String[] far = {
      "notification.outside.url=http://messages.example/in", "notification.outside.secret=" + SECRET
    };
    assertThatThrownBy(() -> settings("demo=false", far[0], far[1]))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(String.join("\n", e.problems()))
                    .contains("notification.outside.url must be https://"));
    assertThatThrownBy(() ->
            settings(
                "demo=false",
                "grants.outside.url=http://grants.example/in",
                "grants.outside.secret=" + SECRET))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(String.join("\n", e.problems()))
                    .contains("grants.outside.url must be https://"));
    assertThatThrownBy(
            () -> settings("demo=false", "notification.outside.url=http://127.0.0.1:1/in", far[1]))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e -> assertThat(String.join("\n", e.problems())).doesNotContain("must be https://"));
    assertThat(settings(far)).isNotNull(); // a demo
  }

  private static Configuration settings(String... sets) {
    return Configuration.read(new Sources(DATA, null, Map.of(), List.of(sets), Map.of()));
  }
}
