package io.tidegate.platform.http;

import io.tidegate.platform.http.OutboundAnswer.Answered;
import io.tidegate.platform.http.OutboundAnswer.NotSent;
import io.tidegate.platform.http.OutboundAnswer.Unknown;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request on the wire, and what its end tells. */
final class OutboundTry {

  private static final Logger log = LoggerFactory.getLogger(OutboundTry.class);

  private OutboundTry() {}

  static OutboundAnswer send(
      OutboundClient client, OutboundSettings settings, OutboundRequest request) {
    HttpUriRequestBase wire = wire(settings, request);
    OutboundClient.Deadline deadline = client.deadline(wire, settings.tryMax());
    try (deadline) {
      return client.execute(wire, response -> answered(response, settings.answerBytesMax()));
    } catch (IOException | RuntimeException e) {
      log.debug("{}: {}", settings.provider(), e.toString());
      // An interrupt shows as whatever the socket made of it.
      return Thread.currentThread().isInterrupted()
          ? new Unknown(Unknown.Why.INTERRUPTED)
          : broken(e, deadline.isPast());
    }
  }

  /** The same, with the body of a success read as it comes. */
  static OutboundAnswer read(
      OutboundClient client,
      OutboundSettings settings,
      OutboundRequest request,
      OutboundProvider.Body body) {
    HttpUriRequestBase wire = wire(settings, request);
    OutboundClient.Deadline deadline = client.deadline(wire, settings.tryMax());
    AtomicReference<@Nullable RuntimeException> own = new AtomicReference<>();
    try (deadline) {
      return client.execute(
          wire,
          response -> {
            if (response.getCode() != 200 || response.getEntity() == null) {
              return answered(response, settings.answerBytesMax());
            }
            try {
              body.read(response.getEntity().getContent());
            } catch (RuntimeException e) {
              own.set(e);
              throw e;
            }
            return new Answered(200, new byte[0], Map.of());
          });
    } catch (IOException | RuntimeException e) {
      RuntimeException ours = own.get();
      if (ours != null) {
        throw ours; // what reads the body failed, not the provider
      }
      log.debug("{}: {}", settings.provider(), e.toString());
      return Thread.currentThread().isInterrupted()
          ? new Unknown(Unknown.Why.INTERRUPTED)
          : broken(e, deadline.isPast());
    }
  }

  private static HttpUriRequestBase wire(OutboundSettings settings, OutboundRequest request) {
    var wire =
        new HttpUriRequestBase(request.method(), settings.base().resolve(path(settings, request)));
    Timeout tryMax = Timeout.of(settings.tryMax());
    wire.setConfig(
        RequestConfig.copy(OutboundClient.DEFAULTS)
            .setConnectionRequestTimeout(tryMax)
            .setResponseTimeout(tryMax)
            .build());
    byte[] body = request.body();
    if (body != null) {
      // A content type that the request names comes with its headers.
      wire.setEntity(new ByteArrayEntity(body, (ContentType) null));
    }
    request.headers().forEach(wire::addHeader);
    return wire;
  }

  /** The base may have a path of its own, which a rooted path would replace. */
  private static String path(OutboundSettings settings, OutboundRequest request) {
    String before = settings.base().getRawPath();
    return !request.path().startsWith("/")
            || before == null
            || before.isEmpty()
            || before.equals("/")
        ? request.path()
        : before + request.path();
  }

  private static Answered answered(ClassicHttpResponse response, int bytesMax) throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (Header header : response.getHeaders()) {
      headers.putIfAbsent(header.getName().toLowerCase(Locale.ROOT), header.getValue());
    }
    return new Answered(
        response.getCode(), body(response.getEntity(), bytesMax), Map.copyOf(headers));
  }

  private static byte[] body(@Nullable HttpEntity entity, int bytesMax) throws IOException {
    if (entity == null) {
      return new byte[0];
    }
    InputStream content = entity.getContent();
    long length = entity.getContentLength(); // -1 where it is not told
    byte[] body =
        content.readNBytes(length < 0 || length >= bytesMax ? bytesMax : (int) length + 1);
    if (body.length == bytesMax && content.read() >= 0) {
      throw new TooLong();
    }
    return body;
  }

  private static OutboundAnswer broken(Throwable cause, boolean late) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof ConnectException
          || at instanceof ConnectTimeoutException
          || at instanceof UnknownHostException
          || at instanceof ConnectionRequestTimeoutException) {
        return new NotSent(NotSent.Why.NO_CONNECTION);
      }
      if (at instanceof TooLong) {
        return new Unknown(Unknown.Why.TOO_LONG);
      }
      if (at instanceof SocketTimeoutException) {
        return new Unknown(Unknown.Why.TIMED_OUT);
      }
    }
    return new Unknown(late ? Unknown.Why.TIMED_OUT : Unknown.Why.BROKEN);
  }

  /** A body that is longer than is read. */
  private static final class TooLong extends IOException {
    private static final long serialVersionUID = 1L;
  }
}
