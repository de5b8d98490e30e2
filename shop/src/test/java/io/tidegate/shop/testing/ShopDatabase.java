package io.tidegate.shop.testing;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.testing.TestPostgres;
import java.time.InstantSource;

/** A fresh, migrated database of one test class. */
public final class ShopDatabase implements AutoCloseable {

  private final Database database;

  public ShopDatabase() {
    String url = TestPostgres.migratedDatabase();
    database = new Database(DatabaseSettings.of(url), InstantSource.system());
  }

  public Database database() {
    return database;
  }

  /** The one number that a query without parameters gives. */
  public long number(String sql) {
    return database.read(Sql.of(sql), row -> row.getLong(1)).getFirst();
  }

  /** Runs one statement in a transaction, once. */
  public void run(String sql) {
    database.writeOnce(tx -> {
      tx.write(Sql.of(sql));
      return true;
    });
  }

  @Override
  public void close() {
    database.close();
  }
}
