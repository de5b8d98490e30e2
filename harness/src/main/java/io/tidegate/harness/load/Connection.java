package io.tidegate.harness.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One keep-alive connection of a customer to a target, with at most one request on its way. Used by
 * the generator's thread alone.
 */
final class Connection {
  enum State {
    /** Not connected; tried again when it is needed. */
    DOWN,
    CONNECTING,
    /** Connected, and nothing on its way. */
    READY,
    BUSY
  }

  final ResponseReader reader = new ResponseReader();
  final Customer customer;

  private final Selector selector;
  private final InetSocketAddress target;
  private @Nullable SocketChannel channel;
  private @Nullable SelectionKey key;
  private @Nullable ByteBuffer unsent;

  State state = State.DOWN;

  Connection(Selector selector, InetSocketAddress target, Customer customer) {
    this.selector = selector;
    this.target = target;
    this.customer = customer;
  }

  /** Starts to connect. */
  void connect() throws IOException {
    SocketChannel opened = SocketChannel.open();
    channel = opened;
    opened.configureBlocking(false);
    opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
    boolean there = opened.connect(target);
    key = opened.register(selector, there ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
    state = there ? State.READY : State.CONNECTING;
  }

  void finishConnect() throws IOException {
    if (open().finishConnect()) {
      registered().interestOps(SelectionKey.OP_READ);
      state = State.READY;
    }
  }

  /** Sends what the socket takes of the request, and keeps the rest. */
  void send(ByteBuffer request) throws IOException {
    state = State.BUSY;
    reader.reset();
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
