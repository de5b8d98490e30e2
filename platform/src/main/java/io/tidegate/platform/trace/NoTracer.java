package io.tidegate.platform.trace;

import org.jspecify.annotations.Nullable;

/** Tells nobody. */
final class NoTracer implements Tracer {

  @Override
  public boolean isOn() {
    return false;
  }

  @Override
  public Span serve(String name, @Nullable String traceparent) {
    return Span.NONE;
  }

  @Override
  public Span begin(String name) {
    return Span.NONE;
  }

  @Override
  public Span follow(Kind kind, String name, String traceparent) {
    return Span.NONE;
  }

  @Override
  public Span common(String name) {
    return Span.NONE;
  }

  @Override
  public Span child(Kind kind, String name) {
    return Span.NONE;
  }

  @Override
  public Span current() {
    return Span.NONE;
  }

  @Override
  public void close() {
    // it has nothing
  }
}
