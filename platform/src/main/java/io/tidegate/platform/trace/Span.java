package io.tidegate.platform.trace;

/**
 * A stretch of time in a trace. {@link #NONE} is the one of which nobody is told: everything may be
 * said to it, and nothing comes of that.
 */
public sealed interface Span permits NoSpan, CollectedSpan {

  /** Of which nobody is told. */
  Span NONE = new NoSpan();

  /** Whether the collector will hear of it: what costs something to say is asked for first. */
  boolean isTold();

  /** What follows from it names it as its parent by this W3C header; empty for {@link #NONE}. */
  String traceparent();

  /** A part of it that begins now. */
  Span child(Kind kind, String name);

  /** Says something of it. Never anything personal. */
  Span with(String key, String value);

  /** Says a figure of it. */
  Span with(String key, long value);

  /** Says which other span it has to do with; of another trace, too. */
  void link(Span other);

  /**
   * Says that it failed.
   *
   * @param why a word for the kind of failure, such as a class or a status; never its message
   */
  void failed(String why);

  /** Makes it what this thread is doing, until that is closed by the same thread. */
  Entered enter();

  /** Its end. Again changes nothing. */
  void end();
}
