package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.http.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports over files that are broken. */
class ReportRepairTest {

  @Test
  void aReportWaitsUntilWhatIsBrokenIsMadeAgain(@TempDir Path folder) throws Exception {
    try (ReportsLake lake = new ReportsLake(folder)) {
      lake.shop.write(lake.shop.log(0, 20));
      List<String> before = lake.ask(Report.TURNOVER, "day", ReportsLake.FIRST, ReportsLake.LAST);
      assertThat(before).isNotEmpty();
      for (LakeFile file : lake.shop.ground.files().live()) {
        LakeTest.cut(lake.shop.path(file));
      }

      assertThat(lake.ask(Report.TURNOVER, "day", ReportsLake.FIRST, ReportsLake.LAST))
          .isEqualTo(before);
      assertThat(lake.shop.repair().broken(true)).isEmpty();
    }
  }

  @Test
  void aQuestionWaitsUntilWhatIsBrokenIsMadeAgain(@TempDir Path folder) throws Exception {
    try (ReportsLake lake = new ReportsLake(folder);
        SqlDesk desk = new SqlDesk(lake.shop.ground, lake.shop.repair())) {
      lake.shop.write(lake.shop.log(0, 20));
      List<String> before = rows(desk);
      assertThat(before).hasSize(40);
      for (LakeFile file : lake.shop.ground.files().live()) {
        LakeTest.cut(lake.shop.path(file));
      }

      assertThat(rows(desk)).as("ends too soon").isEqualTo(before);
      assertThat(lake.shop.repair().broken(true)).isEmpty();

      for (LakeFile file : lake.shop.ground.files().live()) {
        byte[] bytes = Files.readAllBytes(lake.shop.path(file));
        Arrays.fill(bytes, 4, 104, (byte) -1);
        Files.write(lake.shop.path(file), bytes);
      }
      assertThat(rows(desk)).as("a page is broken").isEqualTo(before);
      assertThat(lake.shop.repair().broken(true)).isEmpty();
    }
  }

  private static List<String> rows(SqlDesk desk) {
    return desk
        .run("select * from orders order by position", SqlDesk.ROWS_MAX)
        .table()
        .rows()
        .stream()
        .map(Arrays::toString)
        .toList();
  }

  @Test
  void whatAQuestionIsToldNamesNoPlaceOfTheServer(@TempDir Path folder) {
    try (ReportsLake lake = new ReportsLake(folder);
        SqlDesk desk = new SqlDesk(lake.shop.ground, lake.shop.repair())) {
      String sql = "select * from read_parquet('%s/orders/none.parquet')";
      assertThatThrownBy(() -> desk.run(sql.formatted(lake.shop.lake.folder()), 1))
          .isInstanceOfSatisfying(
              Problem.class,
              problem ->
                  assertThat(problem.errors().getFirst().detail().lines().findFirst())
                      .hasValueSatisfying(said ->
                          assertThat(said)
                              .contains("orders/none.parquet")
                              .doesNotContain(folder.toString())));
    }
  }
}
