package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.bench.Plan;
import io.tidegate.harness.bench.SaleKills;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A flash sale on two nodes, one of which is killed while it sells; pieces are added, and a third
 * of the first winners does not pay: at the end every piece is paid for once. Runs after the build
 * has packaged the program.
 */
@Tag("own-engine")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class SaleKillIT {
  private static final int PIECES = 400;
  private static final int ADDED = 40;
  private static final int CLIENTS = 32;
  private static final long SEED = 1;

  @Test
  void a_sale_is_exact_though_a_node_dies_in_it() throws Exception {
    Tidegate tidegate = new Tidegate(Path.of(System.getProperty("tidegate.root"), "tidegate"));
    Plan plan = Plan.ofKills(new Plan.Flash(PIECES, 1, 2, 1), CLIENTS);
    SaleKills.Outcome outcome =
        SaleKillBench.run(plan, List.of(), System.err::println, tidegate, SEED);
    assertThat(outcome.findings()).isEmpty();
    assertThat(outcome.sales())
        .singleElement()
        .satisfies(sale -> {
          assertThat(sale.inFlight()).isPositive();
          assertThat(sale.allocation()).isEqualTo(PIECES + ADDED);
          assertThat(sale.orders()).as("those of who didn't pay too").isGreaterThan(PIECES + ADDED);
        });
    assertThat(outcome.unknown()).as("orders that the kill cut off").isPositive();
    assertThat(outcome.unknownResolved()).isEqualTo(outcome.unknown());
    SaleKills.Told told = outcome.told();
    assertThat(told.settings().path("connections").intValue()).isEqualTo(CLIENTS);
    assertThat(told.result().path("created").longValue()).isGreaterThan(PIECES + ADDED);
    assertThat(told.verified().path("equalsCreated").booleanValue()).as("%s", told).isTrue();
    assertThat(told.verified().path("auditBroken").longValue(-1)).isZero();
    assertThat(told.verified().path("deadlocks").longValue(-1)).isZero();
    assertThat(told.verified().path("eventsInLog").longValue()).isPositive();
  }
}
