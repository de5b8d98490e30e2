package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** All benches run, whatever becomes of one, and what there is lies in the folder. */
final class AllBenchesTest {
  @TempDir private Path folder;

  private final List<String> ran = new ArrayList<>();

  /** A bench that comes to what it is told. */
  private final class Told implements Scenario {
    private final String name;
    private final double got;
    private final @Nullable Exception failure;

    Told(String name, double got) {
      this(name, got, null);
    }

    private Told(String name, double got, @Nullable Exception failure) {
      this.name = name;
      this.got = got;
      this.failure = failure;
    }

    Told failing(Exception with) {
      return new Told(name, got, with);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String purpose() {
      return "a test";
    }

    @Override
    public Defaults defaults() {
      return Defaults.CLOSED;
    }

    @Override
    public Set<Asked> heeds(Plan plan) {
      return Set.of();
    }

    @Override
    public Report run(Bench bench) throws BenchFailure, IOException, InterruptedException {
      ran.add(name);
      switch (failure) {
        case null -> {}
        case BenchFailure e -> throw e;
        case IOException e -> throw e;
        case InterruptedException e -> throw e;
        case RuntimeException e -> throw e;
        case Exception e -> throw new AssertionError(e);
      }
      Report report = new Report(name, Instant.EPOCH);
      report.target("figure", Report.Sense.AT_LEAST, 10, got);
      return report;
    }
  }

  private AllBenches.Outcome run(Scenario... scenarios) throws IOException, InterruptedException {
    List<AllBenches.Run> runs =
        List.of(scenarios).stream()
            .map(s -> new AllBenches.Run(s.name(), s, SampleReport.plan()))
            .toList();
    return new AllBenches(runs, List.of(), new Progress.Phases(true)).into(folder);
  }

  @Test
  void all_met_is_0_and_every_document_is_there() throws Exception {
    AllBenches.Outcome outcome = run(new Told("one", 10), new Told("two", 11));
    assertThat(outcome.code()).isZero();
    assertThat(
            JsonMapper.shared()
                .readTree(Files.readString(folder.resolve("two.json")))
                .at("/targets/0/got")
                .asDouble())
        .isEqualTo(11);
    assertThat(Files.readString(folder.resolve("index.html"))).contains("one", "two", ">met<");
    assertThat(outcome.json().path("runs")).hasSize(2);
  }

  @Test
  void a_missed_target_is_3() throws Exception {
    assertThat(run(new Told("one", 9), new Told("two", 11)).code()).isEqualTo(3);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void one_that_cannot_run_is_1_and_the_others_run(Exception failure) throws Exception {
    AllBenches.Outcome outcome = run(new Told("one", 10).failing(failure), new Told("two", 11));
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(ran).containsExactly("one", "two");
    assertThat(folder.resolve("one.json")).doesNotExist();
    assertThat(folder.resolve("two.json")).exists();
    assertThat(Files.readString(folder.resolve("index.html"))).contains("there is no disk");
    assertThat(outcome.table()).contains("could not run: ", "there is no disk");
  }

  static Stream<Exception> failures() {
    return Stream.of(
        new BenchFailure("there is no disk"),
        new IOException("there is no disk"),
        new IllegalStateException("there is no disk"));
  }

  @Test
  void a_failure_without_words_is_told_by_its_kind() throws Exception {
    AllBenches.Outcome outcome = run(new Told("one", 10).failing(new NoSuchElementException()));
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.table()).contains("could not run: java.util.NoSuchElementException");
  }

  @Test
  void who_breaks_it_off_breaks_all_off() {
    Told broken = new Told("one", 10).failing(new InterruptedException());
    assertThatThrownBy(() -> run(broken, new Told("two", 11)))
        .isInstanceOf(InterruptedException.class);
    assertThat(ran).containsExactly("one");
  }

  /** One of the kernel's, which nobody can write to: hours of measuring would come to nothing. */
  @Test
  void where_nothing_can_be_written_none_is_run() {
    Told told = new Told("one", 10);
    AllBenches.Run one = new AllBenches.Run("one", told, SampleReport.plan());
    AllBenches all = new AllBenches(List.of(one), List.of(), new Progress.Phases(true));
    assertThatThrownBy(() -> all.into(Path.of("/proc/self/fdinfo")))
        .isInstanceOf(IOException.class);
    assertThat(ran).isEmpty();
  }

  @Test
  void what_cannot_be_written_is_1_and_the_others_run() throws Exception {
    Files.createDirectories(folder.resolve("one.json"));
    AllBenches.Outcome outcome = run(new Told("one", 10), new Told("two", 11));
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(ran).containsExactly("one", "two");
    assertThat(folder.resolve("two.json")).exists();
    assertThat(outcome.table()).contains("one", "two").doesNotContain("could not run");
  }

  @Test
  void every_bench_is_run_and_placing_in_each_way_that_is_promised() {
    Scenarios scenarios =
        Scenarios.with(
            (_, _, _) -> {
              throw new BenchFailure("nobody is killed here");
            },
            List.of());
    List<AllBenches.Run> runs = AllBenches.runs(scenarios, _ -> SampleReport.plan());
    List<String> names = runs.stream().map(AllBenches.Run::name).toList();
    assertThat(names).doesNotHaveDuplicates().containsAll(scenarios.names());
    assertThat(names).contains("place-1024", "place-hot", "place-zipf", "place-2000");
    assertThat(runs).allMatch(run -> run.about().isPositive());
  }
}
