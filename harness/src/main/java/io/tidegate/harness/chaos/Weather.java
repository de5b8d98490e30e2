package io.tidegate.harness.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the providers do wrong, spell after spell, drawn from a seed. Spells of a provider follow
 * each other with calm between them, until {@link #calm}.
 */
final class Weather {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
  private static final long CALM_MILLIS_MIN = 1_000;
  private static final long CALM_MILLIS_MAX = 4_000;
  private static final long SPELL_MILLIS_MIN = 3_000;
  private static final long SPELL_MILLIS_MAX = 7_000;

  /** Longer than the shop waits for one answer. */
  private static final long TOO_LONG_MILLIS = 4_000;

  /** Calls that hang take places from others: only so many in one spell. */
  private static final long HANGING_MAX = 15;

  /**
   * One way to go wrong.
   *
   * @param latencyMillis 0: as it is by itself
   * @param count how many calls it strikes at most; null: all that the share says
   */
  record Spell(
      String provider, String mode, double share, long latencyMillis, @Nullable Long count) {
    Spell(String provider, String mode, double share) {
      this(provider, mode, share, 0, null);
    }

    /** How it is counted. */
    String name() {
      return provider + " " + mode;
    }

    String json() {
      ObjectNode json =
          JsonMapper.shared().createObjectNode().put("mode", mode).put("share", share);
      if (latencyMillis > 0) {
        json.put("latencyMs", latencyMillis);
      }
      if (count != null) {
        json.put("count", count);
      }
      return json.toString();
    }
  }

  /** What a payment provider does wrong. */
  static List<Spell> of(Provider provider) {
    String name = provider.faults();
    List<Spell> spells =
        new ArrayList<>(
            List.of(
                new Spell(name, "refuse", 0.1),
                new Spell(name, "error", 0.2),
                new Spell(name, "reset", 0.2),
                new Spell(name, "timeout_done", 0.1, TOO_LONG_MILLIS, HANGING_MAX),
                new Spell(name, "timeout_not_done", 0.1, TOO_LONG_MILLIS, HANGING_MAX),
                new Spell(name, "duplicate", 0.5),
                new Spell(name, "late", 0.3, 2_000, null),
                new Spell(name, "early", 0.3),
                new Spell(name, "wrong_amount", 0.03),
                new Spell(name, "bad_signature", 0.3)));
    if (provider.takesRefundsBack()) {
      spells.add(new Spell(name, "reverse", 0.3, 1_500, null));
    }
    return List.copyOf(spells);
  }

  static final List<Spell> OTHERS =
      List.of(
          new Spell("warehouse", "error", 0.3),
          new Spell("warehouse", "timeout_done", 0.1, TOO_LONG_MILLIS, HANGING_MAX),
          new Spell("carrier", "error", 0.3),
          new Spell("carrier", "reset", 0.2),
          new Spell("carrier", "timeout_not_done", 0.1, TOO_LONG_MILLIS, HANGING_MAX),
          new Spell("sms", "error", 0.5),
          new Spell("sms", "refuse", 0.1));

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(ANSWER_MAX)
          .build();
  private final URI simulators;
  private final Counts struck;
  private final Set<String> names = new TreeSet<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean over;

  private Weather(URI simulators, List<Provider> providers, Counts struck, long seed) {
    this.simulators = simulators;
    this.struck = struck;
    threads.add(thread("others", OTHERS, new SplittableRandom(seed + 1)));
    OTHERS.forEach(spell -> names.add(spell.provider()));
    for (Provider provider : providers) {
      names.add(provider.faults());
      threads.add(
          thread(
              provider.faults(),
              of(provider),
              new SplittableRandom(seed + 1_000L * provider.ordinal())));
    }
  }

  /**
   * Begins.
   *
   * @param providers of payments
   * @param struck counts calls that were struck, by provider and mode
   */
  static Weather start(URI simulators, List<Provider> providers, Counts struck, long seed) {
    Weather weather = new Weather(simulators, providers, struck, seed);
    weather.threads.forEach(Thread::start);
    return weather;
  }

  private Thread thread(String name, List<Spell> spells, SplittableRandom dice) {
    return Thread.ofVirtual()
        .name("weather-" + name)
        .unstarted(() -> {
          try {
            while (!over) {
              pass(spells.get(dice.nextInt(spells.size())), dice);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void pass(Spell spell, SplittableRandom dice) throws InterruptedException {
    pause(dice.nextLong(CALM_MILLIS_MIN, CALM_MILLIS_MAX));
    if (over) {
      return;
    }
    set(spell.provider(), spell.json());
    pause(dice.nextLong(SPELL_MILLIS_MIN, SPELL_MILLIS_MAX));
    struck.add(spell.name(), struckNow(spell.provider()));
    set(spell.provider(), "{\"mode\":\"ok\"}");
  }

  /** A killed provider that does not hear of it has forgotten its fault anyway. */
  private boolean set(String provider, String json) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(simulators + "/faults/" + provider))
            .timeout(ANSWER_MAX)
            .PUT(HttpRequest.BodyPublishers.ofString(json))
            .build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private long struckNow(String provider) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(simulators + "/faults")).timeout(ANSWER_MAX).build();
    try {
      JsonNode all =
          JsonMapper.shared()
              .readTree(client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
      return all.path(provider).path("struck").longValue();
    } catch (IOException | JacksonException e) {
      return 0; // Killed: what it had struck is forgotten.
    }
  }

  private void pause(long millis) {
    if (!over) {
      LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }
  }

  /** Ends all faults; from then on every provider is well. */
  void calm() throws ChaosFailure, InterruptedException {
    over = true;
    threads.forEach(LockSupport::unpark);
    for (Thread thread : threads) {
      thread.join();
    }
    for (String provider : names) {
      if (!set(provider, "{\"mode\":\"ok\"}")) {
        throw new ChaosFailure("the simulated " + provider + " cannot be told to be well");
      }
    }
    client.close();
  }
}
