package io.tidegate.platform.db;

import org.flywaydb.core.Flyway;

/** Brings the database's tables to this version: one Flyway instance, a schema for each noun. */
public final class Migrations {

  private Migrations() {}

  /**
   * Applies what is missing.
   *
   * @param url a JDBC address with user and password
   * @return how many migrations were applied
   */
  public static int apply(String url) {
    return Flyway.configure()
        .dataSource(url, null, null)
        .locations("classpath:db/migration")
        .schemas("db")
        .createSchemas(true)
        .table("migration")
        .validateMigrationNaming(true)
        .connectRetries(10)
        .load()
        .migrate()
        .migrationsExecuted;
  }
}
