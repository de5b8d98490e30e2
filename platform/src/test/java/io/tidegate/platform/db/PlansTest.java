package io.tidegate.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every statement of this package on large tables, as a writing session plans it. */
class PlansTest {

  private static final int STATEMENTS_MIN = 8;

  @Test
  void byKeyInTheOrderOfTheArray() throws Exception {
    String url = JarDatabase.fresh();
    JarDatabase.execute(
        url,
        """
        insert into db.commit_mark select g from generate_series(1, 100000) g;
        insert into db.idempotency
          select decode(md5(g::text), 'hex'), decode(md5(g::text), 'hex'), g
          from generate_series(1, 100000) g;
        insert into db.lease
          select 'lease ' || g, 'holder', 1, now() from generate_series(1, 100000) g;
        analyze;
        """);
    try (Connection connection = DriverManager.getConnection(url + "&preferQueryMode=simple");
        Statement statement = connection.createStatement()) {
      statement.execute(Sessions.settingsOfWriting(JarDatabase.settings(url)));
      Map<String, Sql> statements = statements();
      assertThat(statements).hasSizeGreaterThanOrEqualTo(STATEMENTS_MIN);
      for (Map.Entry<String, Sql> entry : statements.entrySet()) {
        String plan = explain(statement, entry.getValue());
        assertThat(plan)
            .as(entry.getKey())
            .doesNotContain("Seq Scan", "Hash Join", "Merge Join", "Bitmap", "Sort", "Gather");
        if (entry.getValue().text().contains("from unnest") && plan.contains(" using ")) {
          assertThat(plan).as(entry.getKey()).contains("Nested Loop");
          assertThat(plan.indexOf("Function Scan on "))
              .as("%s: the array is the outer side\n%s", entry.getKey(), plan)
              .isBetween(0, plan.indexOf(" using "));
        }
      }
    }
  }

  private static String explain(Statement statement, Sql sql) throws SQLException {
    StringBuilder text = new StringBuilder("explain (generic_plan) ");
    int parameters = 0;
    for (char c : sql.text().toCharArray()) {
      text.append(c == '?' ? "$" + ++parameters : String.valueOf(c));
    }
    StringBuilder plan = new StringBuilder();
    try (ResultSet result = statement.executeQuery(text.toString())) {
      while (result.next()) {
        plan.append(result.getString(1)).append('\n');
      }
    }
    return plan.toString();
  }

  /** All constants of the package, also those that are not written yet. */
  private static Map<String, Sql> statements() throws IOException, ReflectiveOperationException {
    Path folder = Path.of(Database.class.getResource("Database.class").getPath()).getParent();
    Map<String, Sql> statements = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String name = file.getFileName().toString().replace(".class", "");
        if (name.equals("package-info")) {
          continue;
        }
        Class<?> type = Class.forName(Database.class.getPackageName() + "." + name);
        for (Field field : type.getDeclaredFields()) {
          if (field.getType() == Sql.class && Modifier.isStatic(field.getModifiers())) {
            field.setAccessible(true);
            statements.put(type.getSimpleName() + "." + field.getName(), (Sql) field.get(null));
          }
        }
      }
    }
    return statements;
  }
}
