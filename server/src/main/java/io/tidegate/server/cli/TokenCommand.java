package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints a bearer token, and nothing else. */
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Prints a bearer token that is good for 30 days, and nothing else.",
      "Uses the running system's keys, or starts the database alone."
    })
final class TokenCommand implements Callable<Integer> {
  private static final Pattern RANGE = Pattern.compile("([1-9][0-9]{0,17})-([1-9][0-9]{0,17})");

  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  @ArgGroup(multiplicity = "1")
  private @Nullable Whose whose;

  @Option(names = "--name", description = "Name of the member of staff or the program.")
  private @Nullable String name;

  @Option(names = "--out", paramLabel = "FILE", description = "With --users: one token a line.")
  private @Nullable Path out;

  @Spec private @Nullable CommandSpec spec;

  /** Exactly one of these. */
  static final class Whose {
    @Option(names = "--user", paramLabel = "N", description = "A customer's number.")
    private @Nullable Long user;

    @Option(
        names = "--users",
        paramLabel = "A-B",
        description = "Customers from number A to B, with --out.")
    private @Nullable String users;

    @Option(
        names = "--staff",
        paramLabel = "ROLE",
        description = "One of ${COMPLETION-CANDIDATES}.")
    private @Nullable StaffRole staff;

    @Option(names = "--scope", description = "A program that may do this, such as events.")
    private @Nullable String scope;
  }

  @Override
  public Integer call() throws IOException {
    Whose wanted = Objects.requireNonNull(whose);
    CommandSpec own = Objects.requireNonNull(spec);
    PrintWriter err = own.commandLine().getErr();
    PrintWriter printed = own.commandLine().getOut();
    Range range = range(wanted);
    Settings settings = options.settings();
    if (settings.identity().external()) {
      throw new Failure("tokens come from " + settings.identity().issuer() + ", not from here");
    }
    try (FoundDatabase database = FoundDatabase.of(settings, err::println);
        TokenMint mint = TokenMint.open(database.jdbcUrl(), settings.identity())) {
      if (range != null) {
        mint.customers(range.first(), range.last(), range.out(), err::println);
      } else if (wanted.user != null) {
        printed.println(mint.customer(wanted.user));
      } else if (wanted.staff != null) {
        printed.println(mint.staff(wanted.staff, name == null ? wanted.staff.toString() : name));
      } else {
        String scope = Objects.requireNonNull(wanted.scope);
        printed.println(mint.program(scope, name == null ? "program" : name));
      }
      printed.flush();
      return ExitCode.DONE;
    }
  }

  /** Customers, first to last, and the file for their tokens. */
  private record Range(long first, long last, Path out) {}

  private @Nullable Range range(Whose wanted) {
    Long user = wanted.user;
    require(user == null || user >= 1, "--user is the number of a customer, 1 or more");
    require(user == null || user <= TokenMint.CUSTOMER_MAX, "--user has at most 18 digits");
    String scope = wanted.scope;
    require(
        scope == null || (scope.matches("[a-z][a-z0-9.:_-]{0,63}") && !scope.startsWith("staff:")),
        "--scope is a word such as events; for staff use --staff");
    String named = name;
    require(
        named == null || named.matches("[A-Za-z][A-Za-z0-9._@-]{0,63}"),
        "--name begins with a letter and has at most 64 letters, digits, . _ @ -");
    require(
        named == null || wanted.staff != null || scope != null, "--name needs --staff or --scope");
    Path file = out;
    String users = wanted.users;
    if (users == null) {
      require(file == null, "--out needs --users");
      return null;
    }
    Matcher ends = RANGE.matcher(users);
    require(ends.matches(), "--users is two customers' numbers, such as 1-1000");
    Range range =
        new Range(
            Long.parseLong(ends.group(1)),
            Long.parseLong(ends.group(2)),
            file == null ? Path.of("") : file);
    require(file != null, "--users needs --out FILE");
    long count = range.last() - range.first() + 1;
    require(
        count >= 1 && count <= TokenMint.CUSTOMERS_MAX,
        "--users names 1 to " + TokenMint.CUSTOMERS_MAX + " customers");
    return range;
  }

  private void require(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }
  }
}
