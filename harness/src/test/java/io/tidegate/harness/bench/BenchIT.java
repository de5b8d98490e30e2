package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A bench as a user starts it, for a second or two ({@code -Dtidegate.benches.all=true}: five of
 * them): its document has every name that programs hold on to, something was measured, and all
 * checks against the database hold. What was reached, and how soon, says nothing here. Runs after
 * the build has packaged the program.
 */
@Tag("own-engine")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class BenchIT {
  private static final int MISSED_A_TARGET = 3;
  private static final int REFUSED = 2;
  private static final List<String> NAMES =
      List.of(
          "/version",
          "/commit",
          "/startedAt",
          "/machine/cores",
          "/machine/memoryBytes",
          "/settings/mode",
          "/settings/seconds",
          "/settings/skuSkew",
          "/durability/fsync",
          "/durability/synchronousCommit",
          "/durability/fullPageWrites",
          "/durability/filesystem",
          "/durability/commits",
          "/durability/walFsyncs",
          "/durability/walBytes",
          "/result/sent",
          "/result/created",
          "/result/replayed",
          "/result/refused",
          "/result/shed",
          "/result/failed",
          "/result/unknown",
          "/result/perSecond",
          "/result/latencyMs/p99",
          "/perOrder/statements",
          "/perOrder/walBytes",
          "/perOrder/messages",
          "/perOrder/allocatedBytes",
          "/perOrder/cpuMicros/server",
          "/perOrder/cpuMicros/database",
          "/perOrder/cpuMicros/broker",
          "/perOrder/cpuMicros/simulators",
          "/perOrder/cpuMicros/reports",
          "/perOrder/cpuMicros/generator",
          "/anchor/commitsPerSecond",
          "/verified/ordersInDatabase",
          "/verified/equalsCreated",
          "/verified/eventsInLog",
          "/verified/relayLagSeconds",
          "/verified/deadlocks",
          "/verified/hotUpdateShare",
          "/verified/auditBroken",
          "/targets");

  private static final List<Arguments> BENCHES =
      List.of(
          arguments("mixed", "--seconds 2 --warmup 1 --pairs 1", "/pairs/0/b"),
          arguments("place", "--seconds 2 --warmup 1", "/raw/ratio"),
          arguments("pay", "--seconds 2 --warmup 1 --orders 300", "/verified/captures"),
          arguments("callback", "--seconds 2 --warmup 1 --pairs 1 --rate 50", "/aaSpread"),
          arguments("effects", "--seconds 2 --warmup 1 --orders 300 --rate 50", "/delayMs/p99"));

  /** The one that has most of the others in it; each costs the build a minute or two. */
  static List<Arguments> benches() {
    return Boolean.getBoolean("tidegate.benches.all") ? BENCHES : BENCHES.subList(0, 1);
  }

  @ParameterizedTest
  @MethodSource("benches")
  void aBenchTellsAllOfItsDocumentAndItsRowsAddUp(
      String what, String options, String its, @TempDir Path folder) throws Exception {
    String asked = what + " --json --connections 16 --users 100 " + options;
    Path out = folder.resolve("out");
    Path log = folder.resolve("log");
    assertThat(ran(out, log, asked.split(" "))).as(Files.readString(log)).isIn(0, MISSED_A_TARGET);
    JsonNode document = JsonMapper.shared().readTree(Files.readString(out));
    assertThat(document.path("what").asString()).isEqualTo(what);
    assertThat(NAMES).allSatisfy(name -> assertThat(document.at(name).isMissingNode()).isFalse());
    assertThat(document.at(its).isMissingNode()).isFalse();
    assertThat(document.at("/result/units").longValue()).isPositive();
    assertThat(document.at("/verified/checks"))
        .isNotEmpty()
        .filteredOn(check -> !check.path("name").asString().contains("drained_within"))
        .allSatisfy(
            check -> assertThat(check.path("holds").booleanValue()).as("%s", check).isTrue());
  }

  /** The exit code of a bench that is started so. */
  private static int ran(Path out, Path log, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(launcher().script().toString(), "bench"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(out.toFile())
            .redirectError(log.toFile());
    builder.environment().put("TIDEGATE_NO_BUILD", "1");
    Process bench = builder.start();
    try {
      assertThat(bench.waitFor(10, TimeUnit.MINUTES)).isTrue();
    } finally {
      bench.destroy(); // What it started ends with it.
    }
    return bench.exitValue();
  }

  private static Launcher launcher() {
    return new Launcher(Path.of(System.getProperty("tidegate.root"), "tidegate"), true);
  }

  @Test
  void aKeyThatTheProgramHasNotIsOneLine(@TempDir Path folder) throws Exception {
    Path log = folder.resolve("log");
    String[] words = {"start", "--set", "node.rolle=api", "--set", "orders.kept=-1"};
    assertThat(ran(folder.resolve("out"), log, words)).isEqualTo(REFUSED);
    assertThat(Files.readString(log).lines())
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .startsWith("tidegate bench: --set node.rolle: unknown key")
                    .contains("did you mean node.role?")
                    .contains("; --set orders.kept: "),
            second -> assertThat(second).isEqualTo("see tidegate bench --help"));
  }

  @Test
  void theProgramTellsWhichProcessesItHas() throws Exception {
    assertThat(Configured.of(launcher(), List.of()))
        .isInstanceOfSatisfying(
            Configured.InForce.class, all -> assertThat(parts(all)).hasSize(5).contains("reports"));
    assertThat(Configured.of(launcher(), List.of("node.role = api, relay")))
        .isInstanceOfSatisfying(
            Configured.InForce.class,
            all -> assertThat(parts(all)).hasSize(4).doesNotContain("reports"));
  }

  private static List<String> parts(Configured.InForce all) {
    try {
      return all.parts();
    } catch (BenchFailure e) {
      throw new AssertionError(e);
    }
  }
}
