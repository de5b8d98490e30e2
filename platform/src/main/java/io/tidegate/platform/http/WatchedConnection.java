package io.tidegate.platform.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http1.Http1Connection;
import io.tidegate.platform.trace.TraceContext;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * One connection. Its thread reads through it, so it sees when a head is begun and not complete.
 *
 * <p>Between two requests nothing is watched here: that is Helidon's idle limit, which counts from
 * the last request that it was given. What was refused here after that one is none, so a connection
 * may be closed sooner after its last answer ({@link HttpServer#IDLE_MAX}). A head that comes in
 * one piece, as nearly all do, costs a look at a flag.
 */
final class WatchedConnection implements ConnectionContext {
  private static final ThreadLocal<@Nullable WatchedConnection> CURRENT = new ThreadLocal<>();

  /**
   * So often a busy connection's request goes to Helidon, which would take it for an idle one; what
   * is refused here is not seen there, so its idle time may begin this much before the last answer.
   */
  private static final long TURNED_AWAY_NANOS_MAX = HttpServer.IDLE_MAX.dividedBy(4).toNanos();

  private final ConnectionContext context;
  private final SlowRequests slowRequests;
  private final TurnedAway turnedAway;
  private final DataReader reader;
  private @Nullable Http1Connection connection;
  private SlowRequests.@Nullable Watch watch;
  private boolean inHeaders;
  private boolean known;
  private long handedOnNanos = System.nanoTime();

  WatchedConnection(ConnectionContext context, SlowRequests slowRequests, TurnedAway turnedAway) {
    this.context = context;
    this.slowRequests = slowRequests;
    this.turnedAway = turnedAway;
    this.reader = DataReader.create(this::read);
  }

  void opened(Http1Connection http1) {
    this.connection = http1;
  }

  /** Watches the body that this thread reads now, at whichever connection it serves. */
  static SlowRequests.Watch watchBody(SlowRequests slowRequests, String instance, String traceId) {
    WatchedConnection current = CURRENT.get();
    return slowRequests.watchBody(
        current == null ? () -> {} : () -> current.tell(instance, traceId));
  }

  /** Whether a body of this length has arrived, at whichever connection this thread serves. */
  static boolean holds(OptionalLong length) {
    WatchedConnection current = CURRENT.get();
    return current != null
        && length.isPresent()
        && current.reader.available() >= length.getAsLong();
  }

  private byte @Nullable [] read() {
    if (!known) {
      known = true;
      CURRENT.set(this);
    }
    if (watch == null && isInHead()) {
      watch =
          slowRequests.watchHead(() -> {
            String traceId = TraceContext.fresh().traceId();
            tell(Problem.instanceOfNothing(traceId), traceId);
          });
    }
    try {
      byte[] piece = context.serverSocket().get();
      while (piece != null && isRefused(piece)) {
        piece = context.serverSocket().get();
      }
      return piece;
    } catch (UncheckedIOException e) {
      throw new ServerConnectionException("nothing can be read", e);
    }
  }

  /** Answers a request that comes in vain, so that nothing of it is handed on. */
  private boolean isRefused(byte[] piece) {
    if (!turnedAway.mayRefuse()) {
      return false;
    }
    long now = System.nanoTime();
    if (isBetweenRequests()
        && now - handedOnNanos < TURNED_AWAY_NANOS_MAX
        && turnedAway.refuses(piece, context.dataWriter())) {
      return true;
    }
    handedOnNanos = now;
    return false;
  }

  /** Whether the next byte is the first of a request. */
  private boolean isBetweenRequests() {
    Http1Connection http1 = connection;
    return http1 != null && http1.canInterrupt() && reader.available() == 0 && !inHeaders;
  }

  /** Whether something of a head was read, and more of it is wanted. */
  private boolean isInHead() {
    Http1Connection http1 = connection;
    boolean inFirstLine = http1 != null && http1.canInterrupt() && reader.available() > 0;
    return inHeaders || inFirstLine;
  }

  void firstLineCame() {
    inHeaders = true;
  }

  void headCame() {
    inHeaders = false;
    SlowRequests.Watch begun = watch;
    watch = null;
    if (begun != null && !begun.done()) {
      throw new CloseConnectionException("the head did not arrive in time");
    }
  }

  /** Answers past the handler, which is still waiting. */
  private void tell(String instance, String traceId) {
    byte[] body = Problem.tooSlow().reply(instance, traceId).body();
    String head =
        "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/problem+json\r\n"
            + "Connection: close\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    BufferData answer = BufferData.growing(head.length() + body.length);
    answer.write(head.getBytes(StandardCharsets.US_ASCII));
    answer.write(body);
    try {
      context.dataWriter().writeNow(answer);
    } catch (RuntimeException e) {
      // The client has gone.
    }
  }

  @Override
  public ListenerContext listenerContext() {
    return context.listenerContext();
  }

  @Override
  public ExecutorService executor() {
    return context.executor();
  }

  @Override
  public DataWriter dataWriter() {
    return context.dataWriter();
  }

  @Override
  public DataReader dataReader() {
    return reader;
  }

  @Override
  public Router router() {
    return context.router();
  }

  @Override
  public Optional<ProxyProtocolData> proxyProtocolData() {
    return context.proxyProtocolData();
  }

  @Override
  public HelidonSocket serverSocket() {
    return context.serverSocket();
  }

  @Override
  public PeerInfo remotePeer() {
    return context.remotePeer();
  }

  @Override
  public PeerInfo localPeer() {
    return context.localPeer();
  }

  @Override
  public boolean isSecure() {
    return context.isSecure();
  }

  @Override
  public String socketId() {
    return context.socketId();
  }

  @Override
  public String childSocketId() {
    return context.childSocketId();
  }
}
