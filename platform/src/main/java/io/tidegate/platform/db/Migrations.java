package io.tidegate.platform.db;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.output.ValidateOutput;
import org.flywaydb.core.api.output.ValidateResult;
import org.jspecify.annotations.Nullable;

/** Brings the database's tables to this version: one Flyway instance, a schema for each noun. */
public final class Migrations {

  private Migrations() {}

  /** A database that this version must not touch; the message is one line for a person. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  /** A database that doesn't let its migrations be read; the message is one line for a person. */
  public static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
      super(message);
    }
  }

  /**
   * Applies what is missing.
   *
   * @param url a JDBC address with user and password
   * @return how many migrations were applied
   * @throws Refused where a newer version has been at it, or a migration is not what was applied
   */
  public static int apply(String url) {
    Flyway flyway = flyway(url);
    check(flyway);
    return flyway.migrate().migrationsExecuted;
  }

  /**
   * Tells how many migrations {@link #apply} would apply; changes nothing.
   *
   * @throws Refused as {@link #apply} would
   * @throws Unreadable where the database doesn't tell
   */
  public static int pending(String url) {
    try {
      Flyway flyway = flyway(url);
      check(flyway);
      return flyway.info().pending().length;
    } catch (FlywayException e) {
      throw new Unreadable("the table of migrations can't be read: " + said(e));
    }
  }

  /** What the database said, one line. */
  private static String said(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
  }

  private static Flyway flyway(String url) {
    return Flyway.configure()
        .dataSource(url, null, null)
        .locations("classpath:db/migration")
        .schemas("db")
        .createSchemas(true)
        .table("migration")
        .validateMigrationNaming(true)
        // Each noun numbers its own: what is new may stand below what was applied long ago.
        .outOfOrder(true)
        // Its default forgives migrations of the future: tables that this version doesn't know.
        .ignoreMigrationPatterns("*:pending")
        .connectRetries(10)
        .load();
  }

  private static void check(Flyway flyway) {
    ValidateResult result = flyway.validateWithResult();
    if (!result.validationSuccessful) {
      throw new Refused(reason(flyway, result));
    }
  }

  private static String reason(Flyway flyway, ValidateResult result) {
    @Nullable MigrationVersion newest =
        Arrays.stream(flyway.info().all())
            .filter(known -> known.getState().isResolved())
            .map(MigrationInfo::getVersion)
            .filter(Objects::nonNull) // the making of the schema has none
            .max(Comparator.naturalOrder())
            .orElse(null);
    for (ValidateOutput wrong : result.invalidMigrations) {
      String name = "migration " + wrong.version + " (" + wrong.description + ")";
      if (wrong.errorDetails.errorCode == CoreErrorCode.CHECKSUM_MISMATCH) {
        return name
            + " is not the one that was applied to this database: a released migration is never"
            + " edited. Use the program that made the database";
      }
      if (wrong.errorDetails.errorCode == CoreErrorCode.APPLIED_VERSIONED_MIGRATION_NOT_RESOLVED) {
        boolean newer =
            newest == null || MigrationVersion.fromVersion(wrong.version).compareTo(newest) > 0;
        return newer
            ? "the database is of a newer Tidegate: it has "
                + name
                + ", this program knows them up to "
                + newest
                + ". Use that version, or another database"
            : "the database has " + name + ", which this program doesn't know";
      }
    }
    return "the database's migrations are not this program's: "
        + String.valueOf(result.errorDetails.errorMessage).lines().findFirst().orElse("");
  }
}
