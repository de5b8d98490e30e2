package io.tidegate.platform.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The outside world of a test: a small HTTP server on loopback that does what its script says,
 * breaking connections too. The script may block to be slow.
 */
public final class ScriptedServer implements AutoCloseable {

  /** What a test's provider does with a request. */
  @FunctionalInterface
  public interface Script {
    Act on(Asked asked) throws InterruptedException;
  }

  /** A request as it came. */
  public record Asked(String method, String path, String body) {}

  /** What comes back. */
  public sealed interface Act {

    /** An answer. */
    record Say(int status, String body) implements Act {}

    /** The request was read, the connection breaks. */
    record Reset() implements Act {}

    /** The headers and half of the body, and then nothing until the client goes. */
    record Half() implements Act {}
  }

  private static final int BODY_BYTES_MAX = 1 << 20;

  private final ServerSocket listening;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile Script script;

  public ScriptedServer(Script script) {
    this.script = script;
    try {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  public URI base() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort());
  }

  public void script(Script next) {
    script = next;
  }

  /** All requests so far, in the order they came. */
  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException _) {
      // Closed: the test is over.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (true) {
        Asked request = read(in);
        if (request == null) {
          return;
        }
        asked.add(request);
        if (!act(socket, in, script.on(request))) {
          return;
        }
      }
    } catch (IOException | InterruptedException _) {
      // The client went away.
    }
  }

  private static boolean act(Socket socket, InputStream in, Act act) throws IOException {
    OutputStream out = socket.getOutputStream();
    switch (act) {
      case Act.Say(int status, String text) -> {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        out.write(head(status, body.length));
        out.write(body);
        out.flush();
        return true;
      }
      case Act.Reset _ -> {
        socket.setSoLinger(true, 0);
        return false;
      }
      case Act.Half _ -> {
        out.write(head(200, 10));
        out.write("12345".getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return in.read() >= 0;
      }
    }
  }

  private static byte[] head(int status, int length) {
    return "HTTP/1.1 %d Said\r\nX-Test: yes\r\nContent-Length: %d\r\n\r\n"
        .formatted(status, length)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static @Nullable Asked read(InputStream in) throws IOException {
    String first = line(in);
    if (first.isEmpty()) {
      return null;
    }
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(header.indexOf(':') + 1).trim());
      }
    }
    if (length > BODY_BYTES_MAX) {
      throw new IOException("too long");
    }
    String[] parts = first.split(" ", 3);
    return new Asked(parts[0], parts[1], new String(in.readNBytes(length), StandardCharsets.UTF_8));
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.US_ASCII);
  }
}
