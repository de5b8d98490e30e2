package io.tidegate.shop.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.Migrations;
import io.tidegate.platform.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** A database that an earlier version made gets what is new, whatever number it has. */
class EarlierDatabaseTest {

  @Test
  void aMigrationBelowTheLastOneIsApplied() throws SQLException {
    String url = TestPostgres.migratedDatabase();
    assertThat(Migrations.pending(url)).isZero();
    try (Connection session = DriverManager.getConnection(url);
        Statement statement = session.createStatement()) {
      statement.execute("drop schema promotion cascade");
      statement.execute("delete from db.migration where version = '115'");
    }
    assertThat(Migrations.pending(url)).isEqualTo(1);
    assertThat(Migrations.apply(url)).isEqualTo(1);
  }
}
