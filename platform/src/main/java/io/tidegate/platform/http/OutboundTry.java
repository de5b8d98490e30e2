package io.tidegate.platform.http;

import io.tidegate.platform.http.OutboundAnswer.Answered;
import io.tidegate.platform.http.OutboundAnswer.NotSent;
import io.tidegate.platform.http.OutboundAnswer.Unknown;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request on the wire, and what its end tells. */
final class OutboundTry {

  private static final Logger log = LoggerFactory.getLogger(OutboundTry.class);

  private OutboundTry() {}

  static OutboundAnswer send(
      HttpClient client, OutboundSettings settings, OutboundRequest request) {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(wire(settings, request), bounded(settings.answerBytesMax()));
    try {
      // HttpRequest.timeout would end with the headers: a body could then drip for ever.
      return answered(answer.get(settings.tryMax().toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException _) {
      answer.cancel(true);
      return new Unknown(Unknown.Why.TIMED_OUT);
    } catch (InterruptedException _) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      return new Unknown(Unknown.Why.INTERRUPTED);
    } catch (ExecutionException e) {
      log.debug("{}: {}", settings.provider(), String.valueOf(e.getCause()));
      return broken(e.getCause());
    }
  }

  private static HttpRequest wire(OutboundSettings settings, OutboundRequest request) {
    byte[] body = request.body();
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(settings.base() + request.path()))
            .method(
                request.method(),
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    request.headers().forEach(builder::header);
    return builder.build();
  }

  private static Answered answered(HttpResponse<byte[]> response) {
    Map<String, String> headers = new HashMap<>();
    response
        .headers()
        .map()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
    return new Answered(response.statusCode(), response.body(), Map.copyOf(headers));
  }

  private static OutboundAnswer broken(@Nullable Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof ConnectException || at instanceof HttpConnectTimeoutException) {
        return new NotSent(NotSent.Why.NO_CONNECTION);
      }
      if (at instanceof TooLong) {
        return new Unknown(Unknown.Why.TOO_LONG);
      }
    }
    return new Unknown(Unknown.Why.BROKEN);
  }

  private static BodyHandler<byte[]> bounded(int bytesMax) {
    return _ -> new BoundedBody(bytesMax);
  }

  /** A body that is longer than is read. */
  private static final class TooLong extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** Gathers a body and breaks the connection off when it grows too long. */
  private static final class BoundedBody implements BodySubscriber<byte[]> {
    private final int bytesMax;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    BoundedBody(int bytesMax) {
      this.bytesMax = bytesMax;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        if (gathered.size() + buffer.remaining() > bytesMax) {
          Flow.Subscription from = subscription;
          if (from != null) {
            from.cancel();
          }
          body.completeExceptionally(new TooLong());
          return;
        }
        byte[] part = new byte[buffer.remaining()];
        buffer.get(part);
        gathered.writeBytes(part);
      }
    }

    @Override
    public void onError(Throwable cause) {
      body.completeExceptionally(cause);
    }

    @Override
    public void onComplete() {
      body.complete(gathered.toByteArray());
    }
  }
}
