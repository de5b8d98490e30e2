package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.load.Load;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line becomes a plan: what nobody asked for is the bench's own default. */
final class BenchCommandTest {
  private static final SaleKills NO_KILLS =
      (_, _, _) -> {
        throw new BenchFailure("nobody is killed here");
      };

  private final List<Plan> plans = new ArrayList<>();
  private final List<URI> apis = new ArrayList<>();
  private double got = 10;

  /** A bench that only looks at its plan. */
  private final class Looking implements Scenario {
    private final String name;

    Looking(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String purpose() {
      return "100 % of a plan";
    }

    @Override
    public Defaults defaults() {
      return Defaults.atRate(700).orders(9).pairs(4).connections(7).skew(Skew.ZIPF).seconds(3, 2);
    }

    @Override
    public Report run(Bench bench) throws BenchFailure {
      plans.add(bench.plan());
      if (!bench.ownSystem()) {
        apis.add(api(bench));
      }
      if (got < 0) {
        throw new BenchFailure("no");
      }
      Report report = new Report(name(), Instant.EPOCH);
      report.target("x", Report.Sense.AT_LEAST, 10, got);
      return report;
    }
  }

  private static URI api(Bench bench) throws BenchFailure {
    try (SystemUnderTest system = bench.system()) {
      return system.api();
    } catch (IOException | InterruptedException e) {
      throw new BenchFailure("nothing is started here", e);
    }
  }

  private int run(String... arguments) {
    return command().execute(arguments);
  }

  /** With benches that look, of which one takes the place of the sale. */
  private CommandLine command() {
    return BenchHelp.command(
        Scenarios.with(NO_KILLS, List.of(new Looking("look"), new Looking("flash"))));
  }

  @Test
  void what_nobody_asked_for_is_the_benchs_own() {
    assertThat(run("look")).isZero();
    assertThat(plans)
        .containsExactly(
            new Plan(
                new Load.AtRate(700),
                7,
                Duration.ofSeconds(3),
                Duration.ofSeconds(2),
                new Plan.Goods(10_000, 2, Skew.ZIPF),
                10_000,
                9,
                4,
                true,
                true,
                new Plan.Flash(1_000, 300, 1, 0)));
  }

  @Test
  void what_was_asked_for_is_planned() {
    String[] arguments =
        ("flash --rate max --connections 5 --seconds 6 --warmup 0 --skus 3 --lines 1 --users 8"
                + " --skew hot --orders 0 --pairs 2 --no-beside --no-audit"
                + " --pieces 5 --normal 1.5 --nodes 2 --kills 3")
            .split(" ");
    assertThat(run(arguments)).isZero();
    assertThat(plans)
        .containsExactly(
            new Plan(
                new Load.AsAnswered(),
                5,
                Duration.ofSeconds(6),
                Duration.ZERO,
                new Plan.Goods(3, 1, Skew.HOT),
                8,
                0,
                2,
                false,
                false,
                new Plan.Flash(5, 1.5, 2, 3)));
  }

  @Test
  void a_missed_target_is_3_and_a_bench_that_cannot_run_is_1() {
    got = 9;
    assertThat(run("look", "--json")).isEqualTo(3);
    got = -1;
    assertThat(run("look")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--pieces 1000", "--normal 300", "--nodes 1", "--nodes 2", "--kills 0"})
  void what_only_a_sale_knows_is_refused_elsewhere(String option) {
    String[] arguments = ("look " + option).split(" ");
    StringWriter told = new StringWriter();
    assertThat(command().setErr(new PrintWriter(told)).execute(arguments)).isEqualTo(2);
    assertThat(told.toString()).startsWith(arguments[1] + " is for flash, not for look\n");
    assertThat(plans).isEmpty();
    arguments[0] = "flash";
    assertThat(run(arguments)).isZero();
    assertThat(plans).hasSize(1);
  }

  private String refusal(String... arguments) {
    StringWriter told = new StringWriter();
    assertThat(command().setErr(new PrintWriter(told)).execute(arguments)).isEqualTo(2);
    assertThat(plans).isEmpty();
    return told.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost:8080", "http://localhost:8080/", "http://[::1]:8080/"})
  void paths_are_put_behind_an_address_without_its_slash(String url) {
    assertThat(run("look", "--url", url, "--database", "jdbc:x", "--tokens", "nowhere")).isZero();
    assertThat(apis).extracting(URI::toString).containsExactly(url.replaceAll("/$", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:99999",
        "http://localhost:0",
        "https://localhost",
        "http://localhost/shop",
        "http://localhost?a",
        "http://u@localhost"
      })
  void what_is_no_address_is_refused(String url) {
    assertThat(refusal("look", "--url", url, "--database", "jdbc:x", "--tokens", "nowhere"))
        .startsWith("--url must be http://HOST[:PORT], not " + url + "\n");
  }

  @Test
  void settings_that_a_bench_makes_itself_are_refused() {
    assertThat(refusal("look", "--set", "a=b", "--set", "http.port=8080"))
        .startsWith("--set http.port can't be heeded: a bench takes free ports\n");
    assertThat(refusal("flash", "--kills", "1", "--set", "simulators.url=http://localhost"))
        .startsWith("--set simulators.url can't be heeded: with --kills they are its own\n");
    assertThat(run("flash", "--set", "simulators.url=http://localhost")).isZero();
  }

  @Test
  void what_a_bench_cannot_do_is_refused() {
    assertThat(refusal("pay", "--rate", "500", "--seconds", "20", "--orders", "100"))
        .startsWith("--orders 100 are too few for pay: at that rate 10000 are paid in 20 s");
  }

  @Test
  void all_have_a_sale_in_them_but_one_provider_only(@TempDir Path folder) {
    String[] sale = {"all", "--pieces", "0", "--report", folder.toString()};
    StringWriter told = new StringWriter();
    assertThat(command().setErr(new PrintWriter(told)).execute(sale)).isEqualTo(2);
    assertThat(told.toString()).startsWith("--pieces must be 1 to 1000000");
    String[] provider = {"all", "--provider", "alipay", "--report", folder.toString()};
    assertThat(run(provider)).isEqualTo(2);
  }

  @Test
  void more_orders_than_can_be_filled_in_are_not_planned() {
    assertThat(run("look", "--orders", "200000000")).isZero();
    assertThat(run("look", "--orders", "200000001")).isEqualTo(2);
  }

  @Test
  void help_lists_every_bench() {
    String help =
        BenchHelp.command(Scenarios.with(NO_KILLS, List.of(new Looking("look")))).getUsageMessage();
    assertThat(help).contains("look", "100 % of a plan", "rate 700", "pairs 4", "30,000 users");
    Scenarios.with(NO_KILLS, List.of()).names().forEach(name -> assertThat(help).contains(name));
  }
}
