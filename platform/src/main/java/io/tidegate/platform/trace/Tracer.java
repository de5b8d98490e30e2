package io.tidegate.platform.trace;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Begins spans. Which traces are told is decided once, where a trace begins; all that follows, in
 * other processes too, keeps to that by the {@code traceparent} that it carries.
 */
public sealed interface Tracer extends AutoCloseable permits NoTracer, CollectedTracer {

  /** Tells nobody. */
  Tracer OFF = new NoTracer();

  /** Tells a collector, in the background and never at anybody's expense. */
  static Tracer to(TraceSettings settings, MeterRegistry meters) {
    return new CollectedTracer(settings, meters);
  }

  /** Whether anybody is told at all. */
  boolean isOn();

  /**
   * A request's span: part of its caller's trace where the caller has that told, the beginning of a
   * new one for some of those that name none.
   *
   * @param traceparent the request's header; null where it has none
   */
  Span serve(String name, @Nullable String traceparent);

  /** The beginning of a new trace, of what the system does by itself; for some only. */
  Span begin(String name);

  /** What follows, in this process, from what is told of elsewhere: from a message, say. */
  Span follow(Kind kind, String name, String traceparent);

  /** The beginning of a new trace, told in any case: for what many told spans have in common. */
  Span common(String name);

  /** A part of what this thread is doing. */
  Span child(Kind kind, String name);

  /** What this thread is doing. */
  Span current();

  /** Tells what is left, within a moment, and ends. */
  @Override
  void close();
}
