package io.tidegate.server.cli;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.server.config.Settings;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

/** Takes the orders of another shop. */
@Command(
    name = "orders",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Takes the orders of another shop, all of them at their end, from CSV or Parquet files: their"
          + " owners read them as they read their other old orders, and reports count them.",
      "A row is a line of an order; or an order, with a column items that has its lines as JSON. Columns:"
          + " number,user,created_at,state,sku,title,quantity,unit_price,total and, where wanted,"
          + " discount,freight,currency,paid_at,provider,region,refunded (docs/import.md).",
      "An order with a bad row is told and not taken; the same files again change nothing. Uses the"
          + " running system's database, or starts the database alone. Exit code 3: some rows are bad."
    })
final class ImportOrdersCommand implements Callable<Integer> {

  private static final int SHOWN_MAX = 20;
  private static final int TOLD_MAX = 1_000;

  private final OrderImports imports;

  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  @Parameters(arity = "0..*", paramLabel = "FILE", description = "The files.")
  private List<Path> files = List.of();

  @Option(
      names = "--format",
      paramLabel = "csv|parquet",
      description = "What the files are (default: by their names).")
  private @Nullable String format;

  @Option(
      names = "--map",
      paramLabel = "COLUMN=NAME",
      split = ",",
      description = "What a column is called in the files, such as number=order_no.")
  private Map<String, String> names = Map.of();

  @Option(names = "--dry-run", description = "Looks only.")
  private boolean dryRun;

  @Option(
      names = "--opening",
      paramLabel = "FILE",
      description = "CSV user,points: what customers bring along, once for each.")
  private @Nullable Path opening;

  @Option(
      names = "--bad-rows",
      paramLabel = "FILE",
      description = "Where bad rows are written (default: beside the first file).")
  private @Nullable Path badRows;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "import",
      description = "Who does it, for the audit log (default: ${DEFAULT-VALUE}).")
  private String name = "import";

  @Option(names = "--json", description = "One JSON document.")
  private boolean asJson;

  @Spec private @Nullable CommandSpec spec;

  ImportOrdersCommand(OrderImports imports) {
    this.imports = imports;
  }

  @Override
  public Integer call() throws IOException {
    Path balances = opening;
    require(!files.isEmpty() || balances != null, "name files, or --opening FILE");
    require(
        name.matches("[A-Za-z][A-Za-z0-9._@-]{0,63}"),
        "--name begins with a letter and has at most 64 letters, digits, . _ @ -");
    for (Path file : files) {
      if (!Files.isRegularFile(file)) {
        throw new Failure(file + " is no file");
      }
    }
    boolean parquet = !files.isEmpty() && isParquet();
    Settings settings = options.settings();
    CommandSpec own = Objects.requireNonNull(spec);
    Steps steps = new Steps(own.commandLine().getErr());
    AtomicBoolean stop = new AtomicBoolean();
    Signals.listen(
        () -> {
          steps.shown("stopping after the month that is under way; once more ends at once");
          stop.set(true);
        },
        () -> Runtime.getRuntime().halt(ExitCode.FAILED));
    try (FoundDatabase database = FoundDatabase.of(settings, steps::shown);
        BadRows bad = new BadRows(steps, stop, badFile())) {
      long opened =
          balances == null || dryRun
              ? 0
              : imports.points(settings, database.jdbcUrl(), balances, name, bad);
      OrderImports.Report report =
          files.isEmpty()
              ? new OrderImports.Report(0, 0, 0, 0, 0, 0, 0, true)
              : imports.run(
                  settings,
                  database.jdbcUrl(),
                  new OrderImports.Wish(files, parquet, names, dryRun),
                  bad);
      bad.end();
      tell(own.commandLine().getOut(), steps, report, opened, bad);
      return bad.count > 0 ? ExitCode.BROKEN : report.all() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  private boolean isParquet() {
    String said = format;
    if (said != null) {
      require(said.equals("csv") || said.equals("parquet"), "--format is csv or parquet");
      return said.equals("parquet");
    }
    String first = files.getFirst().toString().toLowerCase(Locale.ROOT);
    return first.endsWith(".parquet");
  }

  private Path badFile() {
    Path wanted = badRows;
    Path first = files.isEmpty() ? Objects.requireNonNull(opening) : files.getFirst();
    return wanted == null ? first.resolveSibling(first.getFileName() + ".bad.csv") : wanted;
  }

  private void tell(
      PrintWriter out, Steps steps, OrderImports.Report report, long opened, BadRows bad) {
    if (asJson) {
      out.println(bad.json(report, opened));
      out.flush();
    }
    steps.shown(
        "%,d rows, %,d of them bad; %,d orders: %,d %s in %d months, %,d were so already, %,d bad%s"
            .formatted(
                report.rows(),
                report.badRows(),
                report.orders(),
                report.taken(),
                dryRun ? "would be taken" : "taken",
                report.months(),
                report.same(),
                report.badOrders(),
                report.all() ? "" : "; broken off: the same command goes on"));
    if (opened > 0) {
      steps.shown("%,d customers brought points along".formatted(opened));
    }
    if (bad.count > 0) {
      steps.shown("bad rows are in " + bad.file);
    }
  }

  private void require(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }
  }

  /** The person at the terminal, and the file of bad rows, which is there once there is one. */
  private static final class BadRows implements OrderImports.Audience, AutoCloseable {
    private final Steps steps;
    private final AtomicBoolean stop;
    private final Path file;
    private final Bar bar;
    private final JsonWriter errors = new JsonWriter(1_024).beginArray();
    private @Nullable BufferedWriter out;
    private long count;

    BadRows(Steps steps, AtomicBoolean stop, Path file) {
      this.steps = steps;
      this.stop = stop;
      this.file = file;
      this.bar = new Bar(steps, "import", "orders");
    }

    @Override
    public void bad(String from, long line, String column, String why) {
      if (count++ < SHOWN_MAX) {
        bar.says(from + ", line " + line + (column.isEmpty() ? "" : ", " + column) + ": " + why);
      } else if (count == SHOWN_MAX + 1) {
        bar.says("further bad rows are only in " + file);
      }
      if (count <= TOLD_MAX) {
        errors
            .beginObject()
            .field("file", from)
            .field("line", line)
            .field("column", column)
            .field("why", why)
            .endObject();
      }
      try {
        BufferedWriter to = out;
        if (to == null) {
          to = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
          to.write("file,line,column,why\n");
          out = to;
        }
        to.write(quoted(from) + "," + line + "," + column + "," + quoted(why) + "\n");
      } catch (IOException e) {
        throw new Failure(file + " can't be written: " + PrivateFile.reason(e), e);
      }
    }

    private static String quoted(String text) {
      return "\"" + text.replace("\"", "\"\"") + "\"";
    }

    @Override
    public void says(String step) {
      steps.shown(step);
    }

    @Override
    public void reached(long orders, long of) {
      bar.reached(orders, of);
    }

    @Override
    public boolean stopAsked() {
      return stop.get();
    }

    String json(OrderImports.Report report, long opened) {
      JsonWriter json =
          new JsonWriter(1_024)
              .beginObject()
              .field("rows", report.rows())
              .field("badRows", report.badRows())
              .field("orders", report.orders())
              .field("badOrders", report.badOrders())
              .field("same", report.same())
              .field("taken", report.taken())
              .field("months", report.months())
              .field("opened", opened)
              .field("all", report.all())
              .name("errors")
              .raw(errors.endArray().toBytes());
      return new String(json.endObject().toBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
      end();
    }

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
