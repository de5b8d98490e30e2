package io.tidegate.server.cli;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.server.cli.Exchanges.Bad;
import io.tidegate.server.cli.Exchanges.Taken;
import io.tidegate.server.config.Settings;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes goods, prices, stock or a statement from a CSV file. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Takes goods, prices, stock or a provider's statement from a CSV file in UTF-8, the first"
          + " three as export writes them.",
      "A bad row is told and the others are taken; the same file again changes nothing. Uses the"
          + " running system's database, or starts the database alone. Exit code 3: some rows are bad.",
      "goods: product,category,titleZh,titleEn,sku,price,weightGrams and, where wanted,"
          + " glyph,productActive,variantZh,variantEn,currency,active",
      "prices: sku,price and, where wanted, currency",
      "stock: sku,warehouse,onHand (what lies there; stock is corrected to it)",
      "statement: type,number,payment,transaction,amount,currency,at; taken whole, in the place of"
          + " the day's; needs --provider and --date"
    })
final class ImportCommand implements Callable<Integer> {

  /** Bad rows that are shown; all of them stand in the file that is named then. */
  private static final int SHOWN_MAX = 20;

  /** Bad rows that the JSON document names. */
  private static final int TOLD_MAX = 1_000;

  private final Exchanges exchanges;

  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "WHAT",
      description = "One of ${COMPLETION-CANDIDATES}.")
  private Exchanges.@Nullable What what;

  @Parameters(index = "1", arity = "0..1", paramLabel = "FILE", description = "The CSV file.")
  private @Nullable Path file;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "import",
      description = "Who does it, for the audit log (default: ${DEFAULT-VALUE}).")
  private String name = "import";

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Where bad rows are written (default: FILE.bad.csv).")
  private @Nullable Path report;

  @Option(
      names = "--provider",
      paramLabel = "NAME",
      description = "Whose statement it is: sandbox, alipay, wechat, stripe.")
  private @Nullable String provider;

  @Option(names = "--date", paramLabel = "YYYY-MM-DD", description = "The statement's day.")
  private @Nullable LocalDate date;

  @Option(names = "--json", description = "One JSON document.")
  private boolean asJson;

  @Spec private @Nullable CommandSpec spec;

  ImportCommand(Exchanges exchanges) {
    this.exchanges = exchanges;
  }

  @Override
  public Integer call() throws IOException {
    CommandSpec own = Objects.requireNonNull(spec);
    if (what == null || file == null) { // "orders" is a command of its own, so neither is required
      throw new ParameterException(
          own.commandLine(), "name what to take and the file, or orders and its files");
    }
    Path from = file;
    if (!name.matches("[A-Za-z][A-Za-z0-9._@-]{0,63}")) {
      throw new ParameterException(
          own.commandLine(),
          "--name begins with a letter and has at most 64 letters, digits, . _ @ -");
    }
    Settings settings = options.settings();
    PrintWriter err = own.commandLine().getErr();
    Steps steps = new Steps(err);
    if (!Files.isRegularFile(from)) {
      throw new Failure(from + " is no file");
    }
    if (what == Exchanges.What.STATEMENT) {
      return statement(own, settings, from, steps);
    }
    AtomicBoolean stop = new AtomicBoolean();
    Signals.listen(
        () -> {
          steps.shown("stopping after what is under way; once more ends at once");
          stop.set(true);
        },
        () -> Runtime.getRuntime().halt(ExitCode.FAILED));
    Path badFile = report == null ? from.resolveSibling(from.getFileName() + ".bad.csv") : report;
    try (FoundDatabase database = FoundDatabase.of(settings, steps::shown);
        Watcher watcher = new Watcher(steps, stop, badFile)) {
      Taken taken =
          exchanges.take(database.jdbcUrl(), Objects.requireNonNull(what), from, name, watcher);
      watcher.end();
      if (asJson) {
        own.commandLine().getOut().println(watcher.json(taken));
        own.commandLine().getOut().flush();
      }
      steps.shown(words(taken));
      if (taken.bad() > 0) {
        steps.shown("bad rows are in " + badFile);
      }
      return taken.bad() > 0 ? ExitCode.BROKEN : taken.all() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  private int statement(CommandSpec own, Settings settings, Path from, Steps steps) {
    String whose = provider;
    LocalDate day = date;
    if (whose == null || day == null || !whose.matches("[a-z]{1,32}")) {
      throw new ParameterException(
          own.commandLine(), "a statement needs --provider NAME and --date YYYY-MM-DD");
    }
    try (FoundDatabase database = FoundDatabase.of(settings, steps::shown)) {
      long lines =
          exchanges.takeStatement(
              database.jdbcUrl(),
              new Exchanges.Statement(whose, day, settings.businessZone()),
              from,
              name);
      if (asJson) {
        own.commandLine().getOut().println("{\"lines\":" + lines + "}");
        own.commandLine().getOut().flush();
      }
      steps.shown(
          "%,d lines of %s by %s; the running system matches them".formatted(lines, day, whose));
      return ExitCode.DONE;
    }
  }

  private static String words(Taken taken) {
    String done =
        "%,d rows: %,d written, %,d were so already, %,d bad"
            .formatted(taken.rows(), taken.written(), taken.same(), taken.bad());
    return taken.all() ? done : done + "; broken off: the same command goes on";
  }

  /** The person at the terminal, and the file of bad rows, which is there once there is one. */
  private static final class Watcher implements Exchanges.Audience, AutoCloseable {
    private final AtomicBoolean stop;
    private final Path badFile;
    private final Bar bar;
    private final List<Bad> told = new ArrayList<>();
    private @Nullable BufferedWriter out;
    private long count;

    Watcher(Steps steps, AtomicBoolean stop, Path badFile) {
      this.stop = stop;
      this.badFile = badFile;
      this.bar = new Bar(steps, "import", "bytes");
    }

    @Override
    public void reached(long done, long of) {
      bar.reached(done, of);
    }

    @Override
    public void bad(Bad bad) {
      if (count++ < SHOWN_MAX) {
        String column = bad.column().isEmpty() ? "" : ", " + bad.column();
        bar.says("line " + bad.line() + column + ": " + bad.why());
      } else if (count == SHOWN_MAX + 1) {
        bar.says("further bad rows are only in " + badFile);
      }
      if (told.size() < TOLD_MAX) {
        told.add(bad);
      }
      try {
        BufferedWriter to = out;
        if (to == null) {
          to = Files.newBufferedWriter(badFile, StandardCharsets.UTF_8);
          to.write("line,column,why\n");
          out = to;
        }
        to.write(
            bad.line() + "," + bad.column() + ",\"" + bad.why().replace("\"", "\"\"") + "\"\n");
      } catch (IOException e) {
        throw new Failure(badFile + " can't be written: " + PrivateFile.reason(e), e);
      }
    }

    @Override
    public boolean stopAsked() {
      return stop.get();
    }

    String json(Taken taken) {
      JsonWriter json =
          new JsonWriter(1_024)
              .beginObject()
              .field("rows", taken.rows())
              .field("written", taken.written())
              .field("same", taken.same())
              .field("bad", taken.bad())
              .field("all", taken.all())
              .name("errors")
              .beginArray();
      for (Bad bad : told) {
        json.beginObject()
            .field("line", bad.line())
            .field("column", bad.column())
            .field("why", bad.why())
            .endObject();
      }
      return new String(json.endArray().endObject().toBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
      end();
    }

    /** Nothing more comes: what was said of bad rows is in its file. */
    void end() throws IOException {
      bar.end();
      BufferedWriter to = out;
      if (to != null) {
        to.close();
        out = null;
      }
    }
  }
}
