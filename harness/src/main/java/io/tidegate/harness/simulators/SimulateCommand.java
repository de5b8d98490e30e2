package io.tidegate.harness.simulators;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the simulators until it is stopped. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description =
        "Runs simulated payment provider, carrier, warehouse and message gateway on one loopback port.")
public final class SimulateCommand implements Callable<Integer> {
  /** The environment variable that names the secret. */
  public static final String SECRET_VARIABLE = "TIDEGATE_SANDBOX_SECRET";

  /** The environment variable that names the keys of the other providers. */
  public static final String KEYS_VARIABLE = "TIDEGATE_SIMULATOR_KEYS";

  /** The environment variable that says where the shop hears providers. */
  public static final String CALLBACKS_VARIABLE = "TIDEGATE_SIMULATOR_CALLBACKS";

  /**
   * What a payment costs in the book, with its share of the tables; half of the heap is for them.
   */
  private static final int BYTES_PER_PAYMENT = 320;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--port",
      defaultValue = "0",
      description = "Port on 127.0.0.1; 0 takes a free one.")
  private int port;

  @Option(names = "--data", description = "Folder of the books; without it they are in memory.")
  private @Nullable Path data;

  @Option(
      names = "--secret",
      defaultValue = "${env:" + SECRET_VARIABLE + "}",
      description =
          "Secret of the sandbox provider's signatures; by default the environment's "
              + SECRET_VARIABLE
              + ".")
  private @Nullable String secret;

  @Option(
      names = "--keys",
      defaultValue = "${env:" + KEYS_VARIABLE + "}",
      description =
          "Keys of providers that sign with RSA, NAME:PRIVATE:PUBLIC with blanks between them: the"
              + " provider's private key and the shop's public one, in Base64, for wechat :APIV3KEY"
              + " behind them; by default the"
              + " environment's "
              + KEYS_VARIABLE
              + ". Without any, only the sandbox provider is there.")
  private @Nullable String keys;

  @Option(
      names = "--callbacks",
      defaultValue = "${env:" + CALLBACKS_VARIABLE + "}",
      description =
          "Where a shop hears providers that are not told so with each payment (Stripe's events go"
              + " to .../stripe); by default the environment's "
              + CALLBACKS_VARIABLE
              + ".")
  private @Nullable String callbacks;

  @Option(names = "--exit-with-parent", description = "End when standard input ends.")
  private boolean exitWithParent;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of all dice (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--zone",
      defaultValue = "Asia/Shanghai",
      description = "Zone that cuts the statement's days (default: ${DEFAULT-VALUE}).")
  private String zone = "Asia/Shanghai";

  @Option(
      names = "--delivered-after",
      defaultValue = "8000",
      description = "Milliseconds from a waybill to the delivery (default: ${DEFAULT-VALUE}).")
  private long deliveredAfterMillis;

  @Option(
      names = "--packed-after",
      defaultValue = "4000",
      description = "Milliseconds from a shipment to its being packed (default: ${DEFAULT-VALUE}).")
  private long packedAfterMillis;

  @Option(
      names = "--carrier-error-share",
      defaultValue = "0.03",
      description =
          "Share of waybills that the carrier answers with 503 by itself (default: ${DEFAULT-VALUE}).")
  private double carrierErrorShare;

  @Override
  public Integer call() throws InterruptedException {
    Simulators.Options options = options();
    CountDownLatch ended = new CountDownLatch(1);
    try (Simulators simulators = Simulators.start(options)) {
      Thread hook = stopOnSignal(ended, simulators);
      if (exitWithParent) {
        Thread.ofPlatform().daemon().name("parent").start(() -> awaitEndOfInput(ended));
      }
      System.out.println("ready " + simulators.url());
      System.out.flush();
      ended.await();
      removeHook(hook);
      return 0;
    } catch (IOException | RuntimeException e) {
      System.err.println("simulate: could not run: " + reason(e));
      return 1;
    }
  }

  private Simulators.Options options() {
    String known = secret == null ? "" : secret;
    require(!known.isEmpty(), "--secret or the variable " + SECRET_VARIABLE + " is needed");
    require(port >= 0 && port <= 65_535, "--port must be 0 to 65535");
    require(
        carrierErrorShare >= 0 && carrierErrorShare <= 1, "--carrier-error-share must be 0 to 1");
    require(deliveredAfterMillis >= 0 && packedAfterMillis >= 0, "times must not be negative");
    require(ZoneId.getAvailableZoneIds().contains(zone), "--zone is unknown: " + zone);
    long paymentsMax = Runtime.getRuntime().maxMemory() / 2 / BYTES_PER_PAYMENT;
    return new Simulators.Options(
        port,
        data,
        known,
        seed,
        ZoneId.of(zone),
        new Carrier.Pace(20, 200, carrierErrorShare, Duration.ofMillis(deliveredAfterMillis)),
        Duration.ofMillis(packedAfterMillis),
        Callbacks.REPEATS,
        (int) Math.min(paymentsMax, 10_000_000),
        keys(),
        callbacks == null ? "" : callbacks);
  }

  private Map<String, RsaKeys> keys() {
    try {
      return RsaKeys.read(keys == null ? "" : keys);
    } catch (IllegalArgumentException e) {
      require(false, "--keys is not NAME:PRIVATE:PUBLIC with blanks between them");
      return Map.of();
    }
  }

  private void require(boolean holds, String message) {
    if (!holds && spec != null) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private static Thread stopOnSignal(CountDownLatch ended, Simulators simulators) {
    Thread hook =
        new Thread(() -> {
          ended.countDown();
          try {
            simulators.close();
          } catch (IOException e) {
            System.err.println("simulate: " + e.getMessage());
          }
        });
    Runtime.getRuntime().addShutdownHook(hook);
    return hook;
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The machine is already going down, and the hook does the work.
    }
  }

  private static void awaitEndOfInput(CountDownLatch ended) {
    try {
      while (System.in.read() >= 0) {
        // Nobody talks to the simulators this way; only the end counts.
      }
    } catch (IOException e) {
      // An input that cannot be read has ended.
    }
    ended.countDown();
  }

  private static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
