package io.tidegate.server.cli;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.platform.identity.IdentitySettings;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.server.config.Settings;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** Makes tokens with the keys that all nodes share in the database. */
final class TokenMint implements AutoCloseable {
  /** How long a token made on the command line is good. */
  static final Duration LIFE = Duration.ofDays(30);

  /** Tokens of one file. */
  static final long CUSTOMERS_MAX = 1_000_000;

  /** The largest number of a customer: 18 digits. */
  static final long CUSTOMER_MAX = 999_999_999_999_999_999L;

  /** Tokens signed at once, on all cores, and written in order. */
  private static final int CHUNK = 10_000;

  private static final int CONNECTIONS_MAX = 2;

  private final Database database;
  private final Tokens tokens;

  private TokenMint(Database database, Tokens tokens) {
    this.database = database;
    this.tokens = tokens;
  }

  static TokenMint open(String jdbcUrl, Settings.Identity identity) {
    Clock clock = Clock.system();
    Database database = new Database(small(jdbcUrl), clock);
    try {
      clock.offsetFrom(database::now);
      IdentitySettings settings = IdentitySettings.local(identity.issuer(), identity.audience());
      return new TokenMint(database, Tokens.local(settings, new DatabaseKeys(database), clock));
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private static DatabaseSettings small(String jdbcUrl) {
    DatabaseSettings usual = DatabaseSettings.of(jdbcUrl);
    return new DatabaseSettings(
        jdbcUrl,
        CONNECTIONS_MAX,
        CONNECTIONS_MAX,
        usual.connectionWaitMax(),
        usual.attemptsMax(),
        usual.backoffFirst(),
        usual.unknownCommitMax(),
        usual.lockWaitMax(),
        usual.statementMax());
  }

  String customer(long number) {
    return tokens.issue(Long.toString(number), Caller.Kind.CUSTOMER, Set.of(), Set.of(), LIFE);
  }

  String staff(StaffRole role, String name) {
    return tokens.issue(name, Caller.Kind.STAFF, Set.of(role.toString()), Set.of(), LIFE);
  }

  String program(String scope, String name) {
    return tokens.issue(name, Caller.Kind.SERVICE, Set.of(), Set.of(scope), LIFE);
  }

  /** Writes one token a line into a file that only its owner may read. */
  void customers(long first, long last, Path out, Consumer<String> progress) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                out,
                Set.of(
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE),
                PrivateFile.FILE_MODE);
        BufferedWriter lines =
            new BufferedWriter(Channels.newWriter(channel, StandardCharsets.US_ASCII))) {
      customer(first); // the keys are read once, not by every core
      for (long from = first; from <= last; from += CHUNK) {
        long to = Math.min(last, from + CHUNK - 1);
        for (String token :
            LongStream.rangeClosed(from, to)
                .parallel()
                .mapToObj(this::customer)
                .toArray(String[]::new)) {
          lines.write(token);
          lines.write('\n');
        }
        if (last - first >= CHUNK) {
          progress.accept((to - first + 1) + " of " + (last - first + 1) + " tokens");
        }
      }
    } catch (IOException e) {
      throw new Failure("the file " + out + " can't be written: " + PrivateFile.reason(e), e);
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
