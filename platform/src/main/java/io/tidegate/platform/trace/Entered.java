package io.tidegate.platform.trace;

/** A thread's being in a span; closing it leads back to where the thread was. */
@FunctionalInterface
public interface Entered extends AutoCloseable {
  @Override
  void close();
}
