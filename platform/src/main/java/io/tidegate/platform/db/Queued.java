package io.tidegate.platform.db;

import io.tidegate.platform.trace.Kind;
import io.tidegate.platform.trace.Span;
import io.tidegate.platform.trace.Tracer;

/**
 * How long a command is in a lane, as its caller's trace has it.
 *
 * @param whole from its coming to its answer
 * @param waiting the first part of it, until a batch takes it
 */
record Queued(Span whole, Span waiting) {

  private static final Queued UNTOLD = new Queued(Span.NONE, Span.NONE);

  /** Begins where the caller is traced. */
  static Queued by(Tracer tracer, String lane) {
    Span caller = tracer.current();
    if (!caller.isTold()) {
      return UNTOLD;
    }
    Span whole = caller.child(Kind.INTERNAL, "lane " + lane).with("tidegate.lane", lane);
    return new Queued(whole, whole.child(Kind.INTERNAL, "wait in lane " + lane));
  }

  void end() {
    waiting.end();
    whole.end();
  }

  void failed(RuntimeException failure) {
    if (whole.isTold()) {
      whole.failed(failure.getClass().getSimpleName());
      end();
    }
  }
}
