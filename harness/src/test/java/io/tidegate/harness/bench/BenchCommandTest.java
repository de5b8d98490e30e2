package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.chaos.SaleKillBench;
import io.tidegate.harness.load.Load;
import io.tidegate.harness.testing.Script;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
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
    public Set<Asked> heeds(Plan plan) {
      Set<Asked> all = EnumSet.allOf(Asked.class);
      return name.equals("flash")
          ? all
          : Asked.without(all, Asked.PIECES, Asked.NORMAL, Asked.NODES, Asked.KILLS);
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
    return refusal(command(), arguments);
  }

  private String refusal(CommandLine command, String... arguments) {
    StringWriter told = new StringWriter();
    assertThat(command.setErr(new PrintWriter(told)).execute(arguments)).isEqualTo(2);
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
  void what_a_bench_cannot_do_is_refused() {
    assertThat(refusal("pay", "--rate", "500", "--seconds", "20", "--orders", "100"))
        .startsWith("--orders 100 are too few for pay: at that rate 10000 are paid in 20 s");
  }

  /** Prepared for half an hour over HTTP, and only then no bench. */
  @Test
  void what_cannot_be_prepared_is_refused() {
    assertThat(refusal("pay", "--orders", "200000000"))
        .startsWith("pay prepares 200000000 unpaid orders, and there can be 36000000 of them");
    assertThat(refusal("pay", "--rate", "100000", "--seconds", "86400"))
        .startsWith("pay prepares ");
    assertThat(refusal("effects", "--orders", "200000000")).startsWith("effects prepares ");
    assertThat(refusal("callback", "--rate", "10000", "--seconds", "86400"))
        .startsWith("callback prepares ");
    assertThat(refusal("effects", "--rate", "100000", "--seconds", "86400"))
        .startsWith("effects prepares ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--seconds 1200",
        "--seconds 100 --warmup 3000",
        "--users 30",
        "--no-beside --seconds 7200",
      })
  void a_sale_that_would_end_or_be_sold_out_meanwhile_is_refused(String words) {
    String[] arguments = ("flash " + words).split(" ");
    assertThat(refusal(BenchHelp.command(real()), arguments)).startsWith("flash ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"effects", "feed", "overload", "faults"})
  void what_wants_a_rate_refuses_to_go_as_fast_as_it_can(String bench) {
    assertThat(refusal(BenchHelp.command(real()), bench, "--rate", "max")).contains("at a rate");
  }

  /** What it has to set can't be set in a shop that runs; nothing listens where it would be. */
  @ParameterizedTest
  @ValueSource(
      strings = {"start", "effects", "close", "mixed", "overload", "callback", "flash --kills 1"})
  void what_needs_a_system_of_its_own_refuses_one_that_runs(String words) {
    String[] arguments = (words + " --url http://127.0.0.1:1").split(" ");
    assertThat(refusal(BenchHelp.command(real()), arguments))
        .startsWith("--url can't be heeded: " + arguments[0] + " needs a system of its own\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "place",
        "flash",
        "flash --users 30",
        "flash --seconds 1000",
        "query",
        "callback --provider alipay"
      })
  void what_sets_nothing_takes_one_that_runs(String words) {
    String[] arguments = (words + " --url http://127.0.0.1:1").split(" ");
    assertThat(BenchHelp.command(real()).execute(arguments)).isEqualTo(1); // nobody listens
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "place --orders 5000000",
        "place --pairs 3",
        "callback --rate max --pairs 3",
        "query --pairs 3",
        "query --skew hot",
        "journey --no-beside",
        "midnight --skew zipf",
        "start --orders 5",
        "flash --kills 1 --nodes 2",
        "flash --no-beside --normal 5",
        "close --kills 1",
      })
  void what_means_nothing_to_a_bench_is_refused(String words) {
    String[] arguments = words.split(" ");
    assertThat(refusal(BenchHelp.command(real()), arguments))
        .containsPattern(
            "^--[a-z-]+ (is for [a-z, ]+, not for %s|can't be heeded beside what else is asked for)\\n"
                .formatted(arguments[0]));
  }

  /** What every bench has is taken by each, whether it means something to it or not. */
  @Test
  void what_all_benches_have_is_taken_by_each(@TempDir Path folder) throws Exception {
    Path launcher = Script.launcher(folder, "#!/bin/sh\nexit 1\n");
    System.setProperty("tidegate.launcher", launcher.toString());
    String common =
        " --rate 100 --connections 2 --seconds 1 --warmup 0 --skus 2 --lines 1 --users 2"
            + " --no-audit --json";
    try {
      for (String bench : real().names()) {
        assertThat(BenchHelp.command(real()).execute((bench + common).split(" ")))
            .as(bench)
            .isEqualTo(1);
      }
    } finally {
      System.clearProperty("tidegate.launcher");
    }
  }

  @Test
  void all_refuse_a_folder_that_none_can_be_told_in(@TempDir Path folder) throws Exception {
    String file = Files.writeString(folder.resolve("a file"), "").toString();
    assertThat(refusal(BenchHelp.command(real()), "all", "--report", file))
        .startsWith("--report can't be written: ")
        .contains(file);
  }

  @Test
  void all_refuse_what_none_of_them_heeds_or_one_cannot_do(@TempDir Path folder) {
    String report = folder.toString();
    assertThat(
            refusal(
                BenchHelp.command(real()),
                "all",
                "--report",
                report,
                "--no-beside",
                "--normal",
                "5"))
        .startsWith("--normal can't be heeded beside what else is asked for\n");
    assertThat(refusal(BenchHelp.command(real()), "all", "--report", report, "--rate", "max"))
        .contains("at a rate");
    assertThat(
            refusal(
                BenchHelp.command(real()),
                "all",
                "--report",
                report,
                "--rate",
                "500",
                "--orders",
                "100"))
        .startsWith("--orders 100 are too few for pay");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void all_have_a_sale_in_them_but_one_provider_only(@TempDir Path folder) {
    String[] sale = {"all", "--pieces", "0", "--report", folder.toString()};
    StringWriter told = new StringWriter();
    assertThat(command().setErr(new PrintWriter(told)).execute(sale)).isEqualTo(2);
    assertThat(told.toString()).startsWith("--pieces must be 1 to 1000000");
    assertThat(run("all", "--provider", "alipay", "--report", folder.toString())).isEqualTo(2);
  }

  private static Scenarios real() {
    return Scenarios.with(new SaleKillBench(), List.of());
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
    assertThat(help.replaceAll("\\s+", " "))
        .as("what exit code 3 is")
        .contains("a target was missed or could not be judged");
    Scenarios.with(NO_KILLS, List.of()).names().forEach(name -> assertThat(help).contains(name));
  }
}
