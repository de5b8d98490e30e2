package com.example.promotion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Version 5 runs beside a whole Tidegate; version 7 comes, which needs two facts more, and neither
 * Tidegate nor version 5 is changed, started again or told of it. Runs after the build has packaged
 * the program.
 */
@Tag("own-engine")
class PromotionIT {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String HANGZHOU = "330106";
  private static final String BEIJING = "110101";

  private final Map<String, Long> five = new TreeMap<>();
  private final Map<String, Long> seven = new TreeMap<>();

  @Test
  void versionSevenComesBesideVersionFive(@TempDir Path folder) throws Exception {
    try (Shop shop = Shop.open(folder.resolve("shop"));
        Service v5 = Service.start(Release.V5, shop.namesrv(), folder.resolve("five"))) {
      Shop.Bought near = shop.buy(1, HANGZHOU);
      expect(near, near.total() / 100, near.total() / 100 * 2);
      Shop.Bought far = shop.buy(2, BEIJING);
      expect(far, far.total() / 100, far.total() / 100);
      Shop.Bought flash = shop.buyInSale(3, HANGZHOU);
      expect(flash, flash.total() / 100, 0);
      await().atMost(PATIENCE).until(() -> v5.points().equals(five));

      // Version 7's history comes to it twice: from the topic's beginning, and as a replay.
      shop.replay(Release.V7.group());
      try (Service v7 = Service.start(Release.V7, shop.namesrv(), folder.resolve("seven"))) {
        awaitHeardAgain(v7, near, far, flash);
        assertThat(v7.points()).isEqualTo(seven);

        Shop.Bought both = shop.buy(4, HANGZHOU);
        expect(both, both.total() / 100, both.total() / 100 * 2);
        await().atMost(PATIENCE).until(() -> v7.points().equals(seven));
        await().atMost(PATIENCE).until(() -> v5.points().equals(five));

        shop.replay(Release.V5.group());
        awaitHeardAgain(v5, near, far, flash, both);
        assertThat(v5.points()).as("each order once").isEqualTo(five);
        assertThat(v7.points()).as("each order once").isEqualTo(seven);
        assertThat(v7.repetitions(both.order())).as("a replay is one group's").isZero();
        assertThat(v5.isAlive() && v7.isAlive()).isTrue();
      }
      assertThat(shop.isUntouched()).isTrue();
    }
  }

  private void expect(Shop.Bought bought, long ofFive, long ofSeven) {
    assertThat(bought.total()).isPositive();
    five.put(bought.order(), ofFive);
    seven.put(bought.order(), ofSeven);
  }

  private static void awaitHeardAgain(Service service, Shop.Bought... all) {
    for (Shop.Bought bought : all) {
      await()
          .alias(bought.order() + " comes twice")
          .atMost(PATIENCE)
          .until(() -> service.repetitions(bought.order()) > 0);
    }
  }
}
