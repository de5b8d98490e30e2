package io.tidegate.platform.trace;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.concurrent.ThreadLocalRandom;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells a collector by OpenTelemetry. Only what is told becomes a span of its; all else costs a
 * look at a flag.
 */
final class CollectedTracer implements Tracer {

  private static final int ATTRIBUTE_CHARS_MAX = 1_024;

  /** The library's own lines; {@link SpanQueue} says it now and then. Kept, or it is forgotten. */
  private static final Logger EXPORTER_LOG = Logger.getLogger("io.opentelemetry.exporter");

  private final double sampleRatio;
  private final SdkTracerProvider provider;
  private final io.opentelemetry.api.trace.Tracer tracer;
  private final ThreadLocal<Span> current = ThreadLocal.withInitial(() -> Span.NONE);

  CollectedTracer(TraceSettings settings, MeterRegistry meters) {
    EXPORTER_LOG.setLevel(Level.OFF);
    this.sampleRatio = settings.sampleRatio();
    this.provider =
        SdkTracerProvider.builder()
            .setResource(resource(settings))
            .setSampler(Sampler.alwaysOn()) // who is not told never gets here
            .setSpanLimits(
                SpanLimits.builder().setMaxAttributeValueLength(ATTRIBUTE_CHARS_MAX).build())
            .addSpanProcessor(new SpanQueue(exporter(settings), settings.timeout(), meters))
            .build();
    this.tracer = provider.get("io.tidegate");
  }

  private static OtlpHttpSpanExporter exporter(TraceSettings settings) {
    return OtlpHttpSpanExporter.builder()
        .setEndpoint(settings.collector() + "/v1/traces")
        .setTimeout(settings.timeout())
        .setConnectTimeout(settings.timeout())
        .setCompression("gzip")
        .setRetryPolicy(null) // a batch that can't be told is not worth another wait
        .build();
  }

  private static Resource resource(TraceSettings settings) {
    return Resource.getDefault()
        .merge(
            Resource.create(
                Attributes.of(
                    AttributeKey.stringKey("service.name"),
                    settings.service(),
                    AttributeKey.stringKey("service.instance.id"),
                    settings.instance())));
  }

  @Override
  public boolean isOn() {
    return true;
  }

  @Override
  public Span serve(String name, @Nullable String traceparent) {
    if (traceparent == null || !TraceContext.isValid(traceparent)) {
      return isChosen() ? root(name, SpanKind.SERVER) : Span.NONE;
    }
    return follow(Kind.SERVER, name, traceparent);
  }

  @Override
  public Span begin(String name) {
    return isChosen() ? root(name, SpanKind.INTERNAL) : Span.NONE;
  }

  @Override
  public Span follow(Kind kind, String name, String traceparent) {
    return TraceContext.isSampled(traceparent) ? start(kind, name, remote(traceparent)) : Span.NONE;
  }

  @Override
  public Span common(String name) {
    return root(name, SpanKind.INTERNAL);
  }

  @Override
  public Span child(Kind kind, String name) {
    return current().child(kind, name);
  }

  @Override
  public Span current() {
    return current.get();
  }

  /** Makes a span what this thread is doing. */
  Entered enter(Span span) {
    Span before = current.get();
    current.set(span);
    return () -> current.set(before);
  }

  Span start(Kind kind, String name, Context parent) {
    return new CollectedSpan(
        this, tracer.spanBuilder(name).setSpanKind(kind(kind)).setParent(parent).startSpan());
  }

  private Span root(String name, SpanKind kind) {
    return new CollectedSpan(
        this, tracer.spanBuilder(name).setSpanKind(kind).setNoParent().startSpan());
  }

  private boolean isChosen() {
    return ThreadLocalRandom.current().nextDouble() < sampleRatio;
  }

  private static Context remote(String traceparent) {
    return Context.root()
        .with(
            io.opentelemetry.api.trace.Span.wrap(
                SpanContext.createFromRemoteParent(
                    traceparent.substring(3, 35),
                    traceparent.substring(36, 52),
                    TraceFlags.getSampled(),
                    TraceState.getDefault())));
  }

  private static SpanKind kind(Kind kind) {
    return switch (kind) {
      case INTERNAL -> SpanKind.INTERNAL;
      case SERVER -> SpanKind.SERVER;
      case CLIENT -> SpanKind.CLIENT;
      case PRODUCER -> SpanKind.PRODUCER;
      case CONSUMER -> SpanKind.CONSUMER;
    };
  }

  @Override
  public void close() {
    provider.close();
  }
}
