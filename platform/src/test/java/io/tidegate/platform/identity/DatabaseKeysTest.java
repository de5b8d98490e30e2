package io.tidegate.platform.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatabaseKeysTest {
  @Test
  void nodesThatStartTogetherShareOneKeyAndTakeEachOthersTokens() {
    String url = TestPostgres.migratedDatabase();
    Clock clock = Clock.system();
    try (var database = new Database(DatabaseSettings.of(url), clock)) {
      List<CompletableFuture<String>> starts =
          IntStream.range(0, 6)
              .mapToObj(_ ->
                  CompletableFuture.supplyAsync(
                      () -> new DatabaseKeys(database).all().getFirst().id()))
              .toList();
      assertThat(starts.stream().map(CompletableFuture::join).distinct()).hasSize(1);

      var settings = IdentitySettings.local("https://here", "api");
      Tokens one = Tokens.local(settings, new DatabaseKeys(database), clock);
      Tokens other = Tokens.local(settings, new DatabaseKeys(database), clock);
      String token =
          one.issue("42", Caller.Kind.CUSTOMER, Set.of(), Set.of(), Duration.ofMinutes(5));
      assertThat(other.verify(token)).isEqualTo(Caller.customer(42));

      var keys = new DatabaseKeys(database);
      assertThat(keys.secret("cursors")).hasSize(32).isEqualTo(keys.secret("cursors"));
      assertThat(keys.secret("cursors")).isNotEqualTo(keys.secret("quotes"));
    }
  }
}
