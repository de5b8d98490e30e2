package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.io.Console;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Fills a demo system with made-up orders of past months. */
@Command(
    name = "fill",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Fills a demo system with made-up orders of past months, with all that stands beside them.",
      "Uses the running system's database, or starts the database alone. It may be broken off at"
          + " any time: what is there is whole, and the same command goes on where it ended.",
      "With --lake the orders are in the lake only, for reports to be tried and measured on."
    })
final class FillCommand implements Callable<Integer> {
  private static final long ORDERS_MAX = 200_000_000;

  /** Order numbers begin with this month. */
  private static final YearMonth FIRST_MONTH = YearMonth.of(2024, 1);

  /** What an order with a whole past takes, and one that waits, measured; and the log beside it. */
  private static final long BYTES_PAST = 8_500;

  private static final long BYTES_WAITING = 2_300;
  private static final long WAL_BYTES = 8L << 30;

  /** What an order takes in the lake, with its lines, parcels, visits and rollups; measured. */
  private static final long BYTES_LAKE = 600;

  private final Fills fills;
  private final LakeFills lakeFills;

  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Where where = new Where();

  /** Where orders are made, and how many. */
  private static final class Where {
    @Option(
        names = "--orders",
        paramLabel = "N",
        required = true,
        description = "How many orders to make.")
    private @Nullable Long orders;

    @Option(
        names = "--lake",
        paramLabel = "N",
        required = true,
        description = {
          "How many orders to make in the lake alone, up to yesterday, with what visitors did;",
          "only where there are no orders and the lake is empty."
        })
    private @Nullable Long lake;
  }

  @Option(
      names = "--months",
      paramLabel = "M",
      defaultValue = "12",
      description = "How many months back they go (default: ${DEFAULT-VALUE}).")
  private int months;

  @Option(
      names = "--users",
      paramLabel = "N",
      defaultValue = "0",
      description = "Customers, numbers 1 to N (default: a tenth of the orders, at least 1000).")
  private int users;

  @Option(
      names = "--unpaid",
      paramLabel = "N",
      defaultValue = "0",
      description = "So many of the orders wait for their payment, with deadlines in half a year.")
  private long unpaid;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Another seed makes other choices (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--settled",
      description = "No parcel is under way: nothing is left to do when the system runs.")
  private boolean settled;

  @Option(names = "--yes", description = "Doesn't ask whether to go on.")
  private boolean yes;

  @Spec private @Nullable CommandSpec spec;

  FillCommand(Fills fills, LakeFills lakeFills) {
    this.fills = fills;
    this.lakeFills = lakeFills;
  }

  @Override
  public Integer call() {
    Long orders = where.orders;
    if (orders == null) {
      LakeFills.Wish wish = lakeWish(Objects.requireNonNull(where.lake));
      Settings settings = demo();
      Steps steps = steps();
      long bytes = wish.orders() * BYTES_LAKE;
      steps.shown("%,d orders take about %.1f GB of disk".formatted(wish.orders(), bytes / 1e9));
      mustFit(settings.lake().folder(), bytes, steps);
      return fill(settings, steps, (jdbcUrl, watcher) -> lake(settings, jdbcUrl, wish, watcher));
    }
    Fills.Wish wish = wish(orders);
    Settings settings = demo();
    Steps steps = steps();
    long bytes = bytes(wish.orders() - wish.unpaid(), wish.unpaid());
    steps.shown(
        "%,d orders take about %.1f GB of disk; how long they take is told after a first part"
            .formatted(wish.orders(), bytes / 1e9));
    if (!settings.database().embedded()) { // its disk is somewhere else
      return fill(settings, steps, (jdbcUrl, watcher) -> orders(settings, jdbcUrl, wish, watcher));
    }
    // What an earlier try has left is no more than all there is; the database knows how much.
    mustFit(settings.data(), meanwhile(bytes) - bytesOf(settings.data()), steps);
    Room room =
        (past, waiting) -> mustFit(settings.data(), meanwhile(bytes - bytes(past, waiting)), steps);
    return fill(
        settings, steps, room, (jdbcUrl, watcher) -> orders(settings, jdbcUrl, wish, watcher));
  }

  private static long bytes(long past, long waiting) {
    return past * BYTES_PAST + waiting * BYTES_WAITING;
  }

  /** What so much takes until it is done, with the log beside it. */
  private static long meanwhile(long bytes) {
    return bytes + Math.min(bytes, WAL_BYTES);
  }

  /** What lies in the database's folder. */
  private static long bytesOf(Path data) {
    Path postgres = DataDirectory.postgres(data);
    if (!Files.isDirectory(postgres)) {
      return 0;
    }
    AtomicLong bytes = new AtomicLong();
    try {
      Files.walkFileTree(
          postgres,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              bytes.addAndGet(attributes.size());
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException why) {
              return FileVisitResult.CONTINUE; // A running system's files come and go.
            }
          });
    } catch (IOException e) {
      return 0; // Then all of it must fit.
    }
    return bytes.get();
  }

  /** Whether there is room for the rest, where so many orders are there. */
  @FunctionalInterface
  private interface Room {
    void mustBe(long past, long waiting);
  }

  private Settings demo() {
    Settings settings = options.settings();
    DemoDatabase.mustBeDemo(settings, "fill");
    return settings;
  }

  private Steps steps() {
    return new Steps(Objects.requireNonNull(spec).commandLine().getErr());
  }

  /** What is filled into a database; returns whether it is complete. */
  @FunctionalInterface
  private interface Filling {
    boolean run(String jdbcUrl, Watcher watcher);
  }

  private int fill(Settings settings, Steps steps, Filling filling) {
    return fill(settings, steps, (_, _) -> {}, filling);
  }

  private int fill(Settings settings, Steps steps, Room room, Filling filling) {
    AtomicBoolean stop = new AtomicBoolean();
    Signals.listen(
        () -> {
          steps.shown("stopping after what is under way; once more ends at once");
          stop.set(true);
        },
        () -> Runtime.getRuntime().halt(ExitCode.FAILED));
    try (FoundDatabase database = FoundDatabase.of(settings, steps::shown);
        Watcher watcher = new Watcher(steps, stop, yes, room)) {
      return filling.run(database.jdbcUrl(), watcher) ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  private boolean orders(Settings settings, String jdbcUrl, Fills.Wish wish, Watcher watcher) {
    Fills.Report report = fills.run(settings, jdbcUrl, wish, watcher);
    watcher.says(words(report));
    return report.all();
  }

  private boolean lake(Settings settings, String jdbcUrl, LakeFills.Wish wish, Watcher watcher) {
    LakeFills.Report report = lakeFills.run(settings, jdbcUrl, wish, watcher);
    double seconds = Math.max(0.001, report.time().toMillis() / 1e3);
    watcher.says(
        "%,d orders, %,d rows in %.0f s (%,.0f orders a second), %.2f GB%s"
            .formatted(
                report.orders(),
                report.rows(),
                seconds,
                report.orders() / seconds,
                report.bytes() / 1e9,
                report.all() ? "" : "; broken off: the days that are there are whole"));
    return report.all();
  }

  private static String words(Fills.Report report) {
    double seconds = Math.max(0.001, report.time().toMillis() / 1e3);
    String done =
        "%,d orders in %.0f s (%,.0f a second with all that stands beside them), %.1f GB"
            .formatted(report.orders(), seconds, report.orders() / seconds, report.bytes() / 1e9);
    return report.all()
        ? done
        : done + "; broken off: what is there is whole, and the same command goes on";
  }

  private static void mustFit(Path folder, long bytes, Steps steps) {
    try {
      Path there = folder;
      while (!Files.exists(there)) {
        there = Objects.requireNonNull(there.getParent());
      }
      long free = Files.getFileStore(there).getUsableSpace();
      if (free < bytes) {
        throw new Failure(
            "that does not fit: %.1f GB are free in %s, and %.1f GB are needed meanwhile"
                .formatted(free / 1e9, folder, bytes / 1e9));
      }
    } catch (IOException e) {
      steps.shown("how much of the disk is free can't be told: " + PrivateFile.reason(e));
    }
  }

  private Fills.Wish wish(long orders) {
    require(orders >= 1 && orders <= ORDERS_MAX, "--orders must be 1 to " + ORDERS_MAX);
    mustBeMonths();
    require(unpaid >= 0 && unpaid <= orders, "--unpaid must be 0 to --orders");
    return new Fills.Wish(orders, months, crowd(orders), seed, unpaid, settled);
  }

  private LakeFills.Wish lakeWish(long orders) {
    require(orders >= 1 && orders <= ORDERS_MAX, "--lake must be 1 to " + ORDERS_MAX);
    mustBeMonths();
    require(unpaid == 0 && !settled, "--unpaid and --settled are of orders in the database");
    return new LakeFills.Wish(orders, months, crowd(orders), seed);
  }

  private void mustBeMonths() {
    long since =
        FIRST_MONTH.until(
            YearMonth.from(LocalDate.now(ZoneOffset.UTC)), java.time.temporal.ChronoUnit.MONTHS);
    require(
        months >= 1 && months < since,
        "--months must be 1 to " + (since - 1) + ": order numbers begin in " + FIRST_MONTH);
  }

  private int crowd(long orders) {
    require(users >= 0, "--users must be 1 or more");
    return users > 0 ? users : (int) Math.max(1_000, orders / 10);
  }

  private void require(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }
  }

  /** The person at the terminal, or a program that reads lines. */
  private static final class Watcher implements Fills.Audience, AutoCloseable {
    private static final long LINES = 20;

    private final Steps steps;
    private final AtomicBoolean stop;
    private final boolean yes;
    private final Room room;
    private final @Nullable Console terminal;
    private @Nullable ProgressBar bar;
    private long told;

    @SuppressWarnings("SystemConsoleNull") // JDK 25 gives null again where there is no terminal
    Watcher(Steps steps, AtomicBoolean stop, boolean yes, Room room) {
      this.room = room;
      this.steps = steps;
      this.stop = stop;
      this.yes = yes;
      Console console = System.console();
      this.terminal = console != null && console.isTerminal() ? console : null;
    }

    @Override
    public void says(String line) {
      endBar();
      steps.shown(line);
    }

    @Override
    public void finds(long past, long waiting) {
      room.mustBe(past, waiting);
    }

    @Override
    public boolean goOn(Fills.Estimate estimate) {
      says(
          "%,d orders are there; the other %,d will take about %s and %.1f GB"
              .formatted(
                  estimate.there(),
                  estimate.left(),
                  words(estimate.time()),
                  estimate.bytes() / 1e9));
      Console person = terminal;
      if (yes || person == null) {
        return true;
      }
      String answer = person.readLine("go on? [y/N] ");
      return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    }

    private static String words(Duration time) {
      return time.compareTo(Duration.ofMinutes(2)) < 0
          ? Math.max(1, time.toSeconds()) + " s"
          : time.toMinutes() + " min";
    }

    @Override
    public synchronized void filled(long orders, long of) {
      if (terminal != null) {
        ProgressBar shown = bar;
        if (shown == null) {
          shown =
              new ProgressBarBuilder().setTaskName("fill").setInitialMax(of).setUnit("", 1).build();
          bar = shown;
        }
        shown.stepTo(orders);
      } else if (orders * LINES / of > told) {
        told = orders * LINES / of;
        steps.shown("%,d of %,d orders".formatted(orders, of));
      }
    }

    @Override
    public boolean stopAsked() {
      return stop.get();
    }

    @Override
    public void close() {
      endBar();
    }

    synchronized void endBar() {
      if (bar != null) {
        bar.close();
        bar = null;
      }
    }
  }
}
