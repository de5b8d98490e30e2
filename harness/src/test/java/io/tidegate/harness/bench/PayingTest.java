package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orders that could not be prepared are told with what became of them. */
final class PayingTest {
  private static final String PRODUCTS = "{\"data\":[{\"skus\":[{\"sku\":\"A\"}]}]}";

  @TempDir private Path folder;

  private Paying at(FakeShop shop) throws Exception {
    URI api = URI.create("http://127.0.0.1:" + shop.address().getPort());
    Path endpoints = Files.createDirectories(folder.resolve("run")).resolve("endpoints.json");
    Files.writeString(
        endpoints,
        "{\"api\":\"%s\",\"database\":\"jdbc:x\",\"simulators\":\"%s\"}".formatted(api, api));
    Path tokens = Files.writeString(folder.resolve("tokens"), "T\n");
    Bench bench =
        new Bench(
            SampleReport.plan(),
            new Bench.Target.Running(api, folder, null, tokens),
            new Progress.Phases(true));
    return new Paying(bench, bench.system());
  }

  @Test
  void whoever_could_not_be_prepared_tells_what_they_were_answered() throws Exception {
    try (FakeShop shop = new FakeShop(0, "/v1/orders", 409, PRODUCTS)) {
      Paying paying = at(shop);
      assertThatThrownBy(() -> paying.unpaid(3, true))
          .isInstanceOf(BenchFailure.class)
          .hasMessage(
              "only 0 of 3 unpaid orders could be made; the others: refused {broken=3},"
                  + " overloaded 0, failed 0, lost 0");
    }
    try (FakeShop shop = new FakeShop(2, "none", 0, PRODUCTS)) {
      Paying paying = at(shop);
      assertThatThrownBy(() -> paying.unpaid(3, false))
          .hasMessageContaining("only 1 of 3")
          .hasMessageContaining("overloaded 2");
    }
  }
}
