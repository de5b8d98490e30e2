package io.tidegate.server;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.shop.payment.AlipayClient;
import io.tidegate.shop.payment.WechatClient;
import java.util.List;

/** Databases that a program finds migrated and with its keys, which take seconds to make. */
public final class ProgramDatabase {

  private ProgramDatabase() {}

  /** Makes one, and returns its address for a driver. */
  public static String fresh() {
    return TestPostgres.migratedDatabase("with keys", ProgramDatabase::addKeys);
  }

  private static void addKeys(String url) {
    try (Database made = new Database(DatabaseSettings.of(url), Clock.system())) {
      DatabaseKeys keys = new DatabaseKeys(made);
      keys.all();
      List<String> providers = List.of(AlipayClient.NAME, WechatClient.NAME);
      DemoKeys demo = new DemoKeys(keys, providers, List.of());
      providers.forEach(demo::of);
    }
  }
}
