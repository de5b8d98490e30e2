package io.tidegate.platform.messaging;

import io.tidegate.platform.trace.Entered;
import io.tidegate.platform.trace.Kind;
import io.tidegate.platform.trace.Span;
import io.tidegate.platform.trace.Tracer;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch of events as one consumer hears it: each traced event has a span in the trace of what
 * made it, and the batch one that those name. What the handler makes of an event follows from that
 * event's span.
 */
final class Heard {

  private final List<LoggedEvent> events;
  private final List<Span> each;
  private final Span batch;

  private Heard(List<LoggedEvent> events, List<Span> each, Span batch) {
    this.events = events;
    this.each = each;
    this.batch = batch;
  }

  static Heard by(Tracer tracer, String consumer, List<LoggedEvent> events) {
    return tracer.isOn() ? traced(tracer, consumer, events) : untold(events);
  }

  private static Heard untold(List<LoggedEvent> events) {
    return new Heard(events, List.of(), Span.NONE);
  }

  private static Heard traced(Tracer tracer, String consumer, List<LoggedEvent> events) {
    List<LoggedEvent> onward = new ArrayList<>(events.size());
    List<Span> each = new ArrayList<>();
    for (LoggedEvent event : events) {
      Span span = tracer.follow(Kind.CONSUMER, "process " + event.type(), event.traceparent());
      if (span.isTold()) {
        described(span, event, "process").with("messaging.consumer.group.name", consumer);
        each.add(span);
      }
      onward.add(span.isTold() ? event.within(span.traceparent()) : event);
    }
    if (each.isEmpty()) {
      return untold(events);
    }
    Span batch = tracer.common("batch of consumer " + consumer);
    batch
        .with("messaging.consumer.group.name", consumer)
        .with("messaging.batch.message_count", events.size());
    for (Span span : each) {
      span.link(batch);
      batch.link(span);
    }
    return new Heard(onward, each, batch);
  }

  /** Says of a span which event it is about. */
  static Span described(Span span, LoggedEvent event, String operation) {
    return span.with("messaging.system", "rocketmq")
        .with("messaging.operation.type", operation)
        .with("messaging.message.id", Long.toString(event.position()))
        .with("cloudevents.event_type", event.type())
        .with("cloudevents.event_subject", Long.toString(event.key()));
  }

  /** The events, each traced one within its span. */
  List<LoggedEvent> events() {
    return events;
  }

  /** Does what comes of the batch; with that its spans end. */
  void handle(Runnable work) {
    try (Entered _ = batch.enter()) {
      work.run();
    } catch (RuntimeException e) {
      each.forEach(span -> span.failed(e.getClass().getSimpleName()));
      batch.failed(e.getClass().getSimpleName());
      throw e;
    } finally {
      each.forEach(Span::end);
      batch.end();
    }
  }
}
