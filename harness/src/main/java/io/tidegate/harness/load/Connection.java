package io.tidegate.harness.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.IntCountsHistogram;
import org.jspecify.annotations.Nullable;

/**
 * One keep-alive connection of the generator, with at most one request on its way. Used by the
 * generator's thread alone.
 */
final class Connection {
  static final long LATENCY_MICROS_MAX = TimeUnit.MINUTES.toMicros(10);

  enum State {
    /** Not connected; tried again later. */
    DOWN,
    CONNECTING,
    IDLE,
    BUSY
  }

  final ResponseReader reader = new ResponseReader();

  /** Two digits: 1 % of a latency, in 10 kB, however many connections there are. */
  final IntCountsHistogram latencyMicros = new IntCountsHistogram(LATENCY_MICROS_MAX, 2);

  private final Selector selector;
  private final InetSocketAddress target;
  private @Nullable SocketChannel channel;
  private @Nullable SelectionKey key;
  private @Nullable ByteBuffer unsent;

  State state = State.DOWN;
  long intendedNanos;
  long deadlineNanos;
  long retryNanos;

  Connection(Selector selector, InetSocketAddress target) {
    this.selector = selector;
    this.target = target;
  }

  /** Starts to connect. */
  void connect() throws IOException {
    SocketChannel opened = SocketChannel.open();
    channel = opened;
    opened.configureBlocking(false);
    opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
    boolean there = opened.connect(target);
    key = opened.register(selector, there ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
    state = there ? State.IDLE : State.CONNECTING;
  }

  void finishConnect() throws IOException {
    if (open().finishConnect()) {
      registered().interestOps(SelectionKey.OP_READ);
      state = State.IDLE;
    }
  }

  /** Sends what the socket takes of the request, and keeps the rest. */
  void send(ByteBuffer request) throws IOException {
    open().write(request);
    if (request.hasRemaining()) {
      unsent = ByteBuffer.allocate(request.remaining()).put(request).flip();
      registered().interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }
  }

  void sendRest() throws IOException {
    ByteBuffer rest = unsent;
    if (rest != null) {
      open().write(rest);
      if (rest.hasRemaining()) {
        return;
      }
      unsent = null;
    }
    registered().interestOps(SelectionKey.OP_READ);
  }

  int receive(ByteBuffer into) throws IOException {
    return open().read(into);
  }

  void record(long nowNanos) {
    long micros = TimeUnit.NANOSECONDS.toMicros(Math.max(0, nowNanos - intendedNanos));
    latencyMicros.recordValue(Math.min(micros, LATENCY_MICROS_MAX));
  }

  void close() {
    SocketChannel open = channel;
    channel = null;
    key = null;
    unsent = null;
    state = State.DOWN;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // It is of no further use either way.
      }
    }
  }

  private SocketChannel open() throws IOException {
    if (channel == null) {
      throw new IOException("not connected");
    }
    return channel;
  }

  private SelectionKey registered() throws IOException {
    if (key == null) {
      throw new IOException("not connected");
    }
    return key;
  }
}
