package io.tidegate.harness.simulators;

import io.tidegate.harness.load.ResponseReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One keep-alive connection to whoever is notified. A client of its own, because a general one
 * costs ten times the CPU a callback. Used by one thread.
 */
final class CallbackClient implements Closeable {
  private static final int CONNECT_MILLIS_MAX = 2_000;
  private static final int READ_MILLIS_MAX = 10_000;

  private final ResponseReader reader = new ResponseReader();
  private final byte[] received = new byte[4 * 1024];
  private @Nullable Socket socket;
  private String target = "";

  /** Posts the body; returns whether the answer acknowledges it. */
  boolean post(URI url, byte[] body, NoticeStyle style) throws IOException {
    byte[] request = request(url, body, style.headers(body));
    boolean reused = connect(url);
    try {
      exchange(request);
    } catch (IOException e) {
      boolean untouched = reused && !reader.started();
      close();
      if (!untouched) {
        throw e;
      }
      // The other side had closed the idle connection; a notice may be sent twice.
      connect(url);
      exchange(request);
    }
    boolean success =
        style.acknowledges(reader.status(), ByteBuffer.wrap(reader.body(), 0, reader.bodyLength()));
    if (reader.closes()) {
      close();
    }
    return success;
  }

  private static byte[] request(URI url, byte[] body, String headers) {
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    byte[] head =
        ("POST "
                + path
                + query
                + " HTTP/1.1\r\nHost: "
                + url.getRawAuthority()
                + "\r\n"
                + headers
                + "Content-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] request = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, request, head.length, body.length);
    return request;
  }

  private boolean connect(URI url) throws IOException {
    String wanted = url.getHost() + ":" + (url.getPort() < 0 ? 80 : url.getPort());
    if (socket != null && wanted.equals(target)) {
      return true;
    }
    close();
    Socket opened = new Socket();
    socket = opened;
    target = wanted;
    opened.setTcpNoDelay(true);
    opened.setSoTimeout(READ_MILLIS_MAX);
    int port = url.getPort() < 0 ? 80 : url.getPort();
    opened.connect(new InetSocketAddress(url.getHost(), port), CONNECT_MILLIS_MAX);
    return false;
  }

  private void exchange(byte[] request) throws IOException {
    Socket open = socket;
    if (open == null) {
      throw new IllegalStateException("not connected");
    }
    reader.reset();
    open.getOutputStream().write(request);
    InputStream in = open.getInputStream();
    try {
      for (int n = in.read(received); n >= 0; n = in.read(received)) {
        if (reader.read(ByteBuffer.wrap(received, 0, n))) {
          return;
        }
      }
    } catch (ResponseReader.BadResponse e) {
      throw new IOException(e.getMessage(), e);
    }
    if (!reader.end()) {
      throw new IOException("the connection ended before the answer did");
    }
  }

  @Override
  public void close() {
    Socket open = socket;
    socket = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // A connection that cannot even be closed is of no further use.
      }
    }
  }
}
