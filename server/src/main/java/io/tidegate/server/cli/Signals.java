package io.tidegate.server.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ctrl-C and SIGTERM: the first asks to stop, the second ends at once.
 *
 * <p>The JVM's own shutdown hooks can't hear a second signal, and end with another exit code than 0
 * after a clean stop. Its signals have no public interface but {@code sun.misc.Signal}, which javac
 * warns about where it is named in source.
 */
final class Signals {
  private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

  private Signals() {}

  /** Runs something when standard input ends: whoever started us has ended. */
  static void whenInputEnds(Runnable stop) {
    Thread.ofPlatform()
        .daemon()
        .name("input")
        .start(() -> {
          try {
            System.in.transferTo(OutputStream.nullOutputStream());
          } catch (IOException _) {
            // it has ended
          }
          stop.run();
        });
  }

  /**
   * Listens until the process ends. Both run in threads of their own.
   *
   * @param stop runs at the first signal
   * @param endAtOnce runs at the second and later ones
   */
  @SuppressWarnings("ReferenceEquality") // a proxy is itself and nothing else
  static void listen(Runnable stop, Runnable endAtOnce) {
    AtomicInteger heard = new AtomicInteger();
    Runnable handler = () -> (heard.getAndIncrement() == 0 ? stop : endAtOnce).run();
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Method handle = signal.getMethod("handle", signal, handlerType);
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handlerType},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      handler.run();
                      yield null;
                    }
                    case "equals" -> arguments != null && self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "Signals";
                  });
      for (String name : NAMES) {
        handle.invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      }
    } catch (ReflectiveOperationException e) {
      // Another JVM, or started with -Xrs: its shutdown is what is left.
      Runtime.getRuntime().addShutdownHook(new Thread(handler, "stop"));
    }
  }
}
