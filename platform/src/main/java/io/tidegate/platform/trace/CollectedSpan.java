package io.tidegate.platform.trace;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;

/** A span that the collector hears of. */
final class CollectedSpan implements Span {

  private final CollectedTracer tracer;
  private final io.opentelemetry.api.trace.Span span;

  CollectedSpan(CollectedTracer tracer, io.opentelemetry.api.trace.Span span) {
    this.tracer = tracer;
    this.span = span;
  }

  @Override
  public boolean isTold() {
    return true;
  }

  @Override
  public String traceparent() {
    SpanContext context = span.getSpanContext();
    return "00-" + context.getTraceId() + "-" + context.getSpanId() + "-01";
  }

  @Override
  public Span child(Kind kind, String name) {
    return tracer.start(kind, name, Context.root().with(span));
  }

  @Override
  public Span with(String key, String value) {
    span.setAttribute(key, value);
    return this;
  }

  @Override
  public Span with(String key, long value) {
    span.setAttribute(key, value);
    return this;
  }

  @Override
  public void link(Span other) {
    if (other instanceof CollectedSpan told) {
      span.addLink(told.span.getSpanContext());
    }
  }

  @Override
  public void failed(String why) {
    span.setStatus(StatusCode.ERROR);
    span.setAttribute("error.type", why);
  }

  @Override
  public Entered enter() {
    return tracer.enter(this);
  }

  @Override
  public void end() {
    span.end();
  }
}
