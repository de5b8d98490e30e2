package io.tidegate.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.http.ReadyCheck.Readiness;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Whether orders can be taken, and which parts work. With the database away a look takes as long as
 * a session is waited for, and longer where it hangs: that is told as "no", and not as no number,
 * which no alert would hear.
 */
final class PartGauges {

  private static final Readiness UNANSWERED =
      new Readiness(Map.of("api", true, "database", false), false);

  private PartGauges() {}

  /**
   * Registers all.
   *
   * @param readiness asks the database
   * @param brokerUp answers at once, whatever the database does
   */
  static void register(
      MeterRegistry meters,
      Supplier<Readiness> readiness,
      BooleanSupplier brokerUp,
      LongSupplier nanos) {
    Looked<Readiness> looked = new Looked<>(meters, readiness, UNANSWERED, nanos);
    looked.gauge("tidegate.ready", "1 while orders can be taken", ready -> ready.ready() ? 1 : 0);
    for (String part : List.of("api", "database")) {
      part(looked, part, ready -> Boolean.TRUE.equals(ready.parts().get(part)));
    }
    Looked<Boolean> broker = new Looked<>(meters, brokerUp::getAsBoolean, null, nanos);
    part(broker, "broker", up -> up);
  }

  private static <T> void part(Looked<T> looked, String part, Predicate<T> isUp) {
    looked.gauge(
        "tidegate.part.up",
        "1 while the part works",
        found -> isUp.test(found) ? 1 : 0,
        "part",
        part);
  }
}
