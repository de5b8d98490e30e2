package io.tidegate.platform.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Databases of tests know nothing of each other. */
class TestPostgresTest {
  @Test
  void everyDatabaseIsFreshAndATemplateIsPreparedOnce() throws Exception {
    List<String> prepared = new ArrayList<>();
    String first = TestPostgres.freshDatabase("numbers", url -> prepare(prepared, url));
    String second = TestPostgres.freshDatabase("numbers", url -> prepare(prepared, url));
    assertThat(first).isNotEqualTo(second);
    assertThat(prepared).hasSize(1);
    execute(first, "insert into number values (2)");
    assertThat(count(first)).isEqualTo(2);
    assertThat(count(second)).isEqualTo(1);
    execute(TestPostgres.freshDatabase(), "create table number (n int)");
  }

  @Test
  void whoeverAsksForWhatCanNotBeMadeHearsWhyEachTime() {
    for (int i = 1; i <= 2; i++) {
      String why = "broken " + i;
      assertThatThrownBy(() ->
              TestPostgres.freshDatabase(
                  "broken",
                  _ -> {
                    throw new IllegalArgumentException(why);
                  }))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(why);
    }
    assertThat(TestPostgres.freshDatabase("mended", _ -> {})).startsWith("jdbc:postgresql:");
  }

  private static void prepare(List<String> prepared, String url) {
    prepared.add(url);
    try {
      execute(url, "create table number as select 1 as n");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void execute(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long count(String url) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("select count(*) from number")) {
      assertThat(result.next()).isTrue();
      return result.getLong(1);
    }
  }
}
