package io.tidegate.server;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.platform.identity.IdentitySettings;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.testing.OpenApiContract;
import io.tidegate.server.config.Configuration;
import io.tidegate.server.config.Settings;
import io.tidegate.server.config.Sources;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The whole program on a database of its own, with no broker, and what a test of it needs. */
record TestProgram(
    Wiring wiring,
    Settings settings,
    String url,
    Database database,
    Tokens tokens,
    OpenApiContract contract,
    HttpClient client)
    implements AutoCloseable {

  static TestProgram start(Path data) throws Exception {
    return start(data, List.of());
  }

  /**
   * The same.
   *
   * @param more settings, {@code key=value}
   */
  static TestProgram start(Path data, List<String> more) throws Exception {
    List<String> given =
        new ArrayList<>(List.of("http.port=0", "console.password=secret-of-a-test"));
    given.addAll(more);
    String url = ProgramDatabase.fresh();
    Settings settings =
        Configuration.read(new Sources(data, null, Map.of(), given, Map.of())).settings();
    Wiring wiring =
        Wiring.start(
            new Wiring.Ground(settings, url, "127.0.0.1:9", () -> false, "test", null), _ -> {});
    Database database = new Database(DatabaseSettings.of(url), Clock.system());
    Tokens tokens =
        Tokens.local(
            IdentitySettings.local("tidegate", "tidegate"),
            new DatabaseKeys(database),
            Clock.system());
    try (InputStream in = TestProgram.class.getResourceAsStream("/openapi.json")) {
      return new TestProgram(
          wiring,
          settings,
          url,
          database,
          tokens,
          new OpenApiContract(Objects.requireNonNull(in).readAllBytes()),
          HttpClient.newHttpClient());
    }
  }

  @Override
  public void close() {
    client.close();
    database.close();
    wiring.close();
  }
}
