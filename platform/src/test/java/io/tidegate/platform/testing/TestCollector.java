package io.tidegate.platform.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.zip.GZIPInputStream;

/** A collector of traces, OTLP over HTTP, that keeps what it is told. */
public final class TestCollector implements AutoCloseable {

  private static final HexFormat HEX = HexFormat.of();

  /**
   * A span as it arrived.
   *
   * @param service of the process that told it
   * @param links the spans that it names
   */
  public record Told(
      String service,
      String trace,
      String id,
      String parent,
      String name,
      Span.SpanKind kind,
      boolean failed,
      Map<String, String> attributes,
      List<String> links) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Told> told = new CopyOnWriteArrayList<>();
  private final Semaphore held = new Semaphore(Integer.MAX_VALUE);

  public TestCollector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  /** What {@code otel.endpoint} takes. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Everything that was told so far. */
  public List<Told> told() {
    return List.copyOf(told);
  }

  /** The spans of one trace. */
  public List<Told> trace(String id) {
    return told.stream().filter(span -> span.trace().equals(id)).toList();
  }

  /** From now on it answers nobody, until this is run. */
  public Runnable hold() {
    int all = held.drainPermits();
    return () -> held.release(all);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      ExportTraceServiceRequest request;
      try (InputStream in = exchange.getRequestBody();
          InputStream body = packed ? new GZIPInputStream(in) : in) {
        request = ExportTraceServiceRequest.parseFrom(body);
      }
      held.acquireUninterruptibly();
      held.release();
      request.getResourceSpansList().forEach(this::keep);
      exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private void keep(ResourceSpans some) {
    String service = attributes(some.getResource().getAttributesList()).get("service.name");
    for (ScopeSpans scope : some.getScopeSpansList()) {
      for (Span span : scope.getSpansList()) {
        told.add(
            new Told(
                service,
                hex(span.getTraceId()),
                hex(span.getSpanId()),
                hex(span.getParentSpanId()),
                span.getName(),
                span.getKind(),
                span.getStatus().getCodeValue() == 2,
                attributes(span.getAttributesList()),
                span.getLinksList().stream().map(link -> hex(link.getSpanId())).toList()));
      }
    }
  }

  private static Map<String, String> attributes(List<KeyValue> pairs) {
    Map<String, String> all = new HashMap<>();
    for (KeyValue pair : pairs) {
      AnyValue value = pair.getValue();
      all.put(
          pair.getKey(),
          value.hasStringValue() ? value.getStringValue() : Long.toString(value.getIntValue()));
    }
    return all;
  }

  private static String hex(com.google.protobuf.ByteString bytes) {
    return HEX.formatHex(bytes.toByteArray());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
