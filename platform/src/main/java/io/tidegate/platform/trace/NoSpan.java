package io.tidegate.platform.trace;

/** The span of which nobody is told. */
final class NoSpan implements Span {

  private static final Entered NOWHERE = () -> {};

  @Override
  public boolean isTold() {
    return false;
  }

  @Override
  public String traceparent() {
    return "";
  }

  @Override
  public Span child(Kind kind, String name) {
    return this;
  }

  @Override
  public Span with(String key, String value) {
    return this;
  }

  @Override
  public Span with(String key, long value) {
    return this;
  }

  @Override
  public void link(Span other) {
    // nobody is told
  }

  @Override
  public void failed(String why) {
    // nobody is told
  }

  @Override
  public Entered enter() {
    return NOWHERE;
  }

  @Override
  public void end() {
    // it never began
  }
}
