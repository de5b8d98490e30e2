package io.tidegate.platform.http;

import io.helidon.http.HttpException;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.OptionalLong;

/** Reads bodies into arrays of their exact length, within a bound of bytes and of time. */
final class BodyReader {
  private static final byte[] NOTHING = {};
  private static final int CHUNKED_BYTES_FIRST = 1_024;

  private final int bytesMax;
  private final SlowRequests slowRequests;

  BodyReader(int bytesMax, SlowRequests slowRequests) {
    this.bytesMax = bytesMax;
    this.slowRequests = slowRequests;
  }

  /**
   * Reads the body of a request that this thread serves.
   *
   * @param instance and traceId: what a client that is too slow is told of its request
   */
  byte[] read(ServerRequest request, String instance, String traceId) {
    if (!request.content().hasEntity()) {
      return NOTHING;
    }
    SlowRequests.Watch watch = WatchedConnection.watchBody(slowRequests, instance, traceId);
    byte[] body;
    try {
      body = framed(request);
    } catch (Problem | CloseConnectionException e) {
      leave(watch);
      throw e;
    }
    leave(watch);
    return body;
  }

  /**
   * Reads what nobody wanted to read, so that the next request can follow on the connection.
   *
   * @throws CloseConnectionException when it doesn't come in time or cannot be read
   */
  void drain(ServerRequest request) {
    if (!request.content().hasEntity() || request.content().consumed()) {
      return;
    }
    if (WatchedConnection.holds(request.headers().contentLength())) {
      request.content().consume();
      return;
    }
    // It was answered already: whoever is too slow now hears nothing more.
    SlowRequests.Watch watch = slowRequests.watchBody(() -> {});
    try {
      request.content().consume();
    } catch (RuntimeException e) {
      leave(watch);
      throw new CloseConnectionException("the unread body cannot be read", e);
    }
    leave(watch);
  }

  /** A watch that ran out has interrupted this thread, or is about to: nothing can go on here. */
  private static void leave(SlowRequests.Watch watch) {
    if (!watch.done()) {
      throw new CloseConnectionException("the body did not arrive in time");
    }
  }

  private byte[] framed(ServerRequest request) {
    try {
      InputStream in = request.content().inputStream();
      OptionalLong length = request.headers().contentLength();
      return length.isPresent() ? exact(in, length.getAsLong()) : chunked(in);
    } catch (Problem problem) {
      throw problem;
    } catch (RequestException e) {
      throw refused(e.status(), e);
    } catch (HttpException e) {
      throw refused(e.status(), e);
    } catch (IllegalArgumentException e) {
      throw malformed();
    } catch (IOException | RuntimeException e) {
      // The client went, or was too slow: nobody is there to be answered.
      throw new CloseConnectionException("the body did not arrive", e);
    }
  }

  private byte[] exact(InputStream in, long length) throws IOException {
    if (length > bytesMax) {
      throw Problem.tooLarge(bytesMax).header("Connection", "close");
    }
    var body = new byte[(int) length];
    int at = 0;
    while (at < body.length) {
      int count = in.read(body, at, body.length - at);
      if (count < 0) {
        throw new IOException("the body ended early");
      }
      at += count;
    }
    // Reading its end as well marks the body as consumed.
    if (in.read() >= 0) {
      throw new IOException("the body goes on after its length");
    }
    return body;
  }

  private byte[] chunked(InputStream in) throws IOException {
    var body = new byte[CHUNKED_BYTES_FIRST];
    int at = 0;
    while (true) {
      int count = in.read(body, at, body.length - at);
      if (count < 0) {
        return Arrays.copyOf(body, at);
      }
      at += count;
      if (at > bytesMax) {
        throw Problem.tooLarge(bytesMax).header("Connection", "close");
      }
      if (at == body.length) {
        body = Arrays.copyOf(body, Math.min(body.length * 2, bytesMax + 1));
      }
    }
  }

  private Problem refused(Status status, Exception e) {
    if (status.code() == 413) {
      return Problem.tooLarge(bytesMax).header("Connection", "close");
    }
    if (status.code() == 400) {
      return Problem.invalid("The body is not framed as HTTP demands")
          .header("Connection", "close");
    }
    throw new CloseConnectionException("the body cannot be read", e);
  }

  private static Problem malformed() {
    return Problem.invalid("The body is not framed as HTTP demands").header("Connection", "close");
  }
}
