package io.tidegate.platform.db;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Stands between the driver and PostgreSQL, counts round trips, and cuts connections at COMMIT.
 *
 * <p>It follows the protocol as far as it must: messages up to a Sync travel as one piece, and a
 * piece that executes a statement {@code commit} is a COMMIT.
 */
final class CommitProxy implements AutoCloseable {

  /** What happens to a connection in a COMMIT. */
  enum Cut {
    NONE,
    /** Nothing of it reaches the server. */
    BEFORE,
    /** Half of its bytes do. */
    HALF,
    /** The server has committed; the answer doesn't come back. */
    AFTER,
    /** The client is cut off while the server is still at it, and the server hears nothing. */
    WHILE
  }

  private static final int SSL_REQUEST = 80_877_103;
  private static final int GSS_REQUEST = 80_877_104;

  /** The statements of each round trip. */
  final Queue<List<String>> roundTrips = new ConcurrentLinkedQueue<>();

  final AtomicInteger commits = new AtomicInteger();
  volatile Supplier<Cut> cuts = () -> Cut.NONE;

  /**
   * Called when a COMMIT is on its way to the server, all of it, with a question whether it is
   * unanswered still.
   */
  volatile Consumer<BooleanSupplier> sent = _ -> {};

  /** Whether the answers to COMMITs are kept back: the client hears of none of them. */
  volatile boolean keeping;

  /** Whether new connections are taken and never answered. */
  volatile boolean silent;

  private final InetSocketAddress target;
  private final ServerSocket listener;
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

  CommitProxy(InetSocketAddress target) {
    this.target = target;
    try {
      this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofPlatform().daemon().start(this::accept);
  }

  /** The address of the same database through this proxy. */
  String through(String url) {
    return url.replaceFirst("//[^/]+/", "//127.0.0.1:" + listener.getLocalPort() + "/");
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        sockets.add(client);
        if (!silent) {
          serve(client);
        }
      } catch (IOException _) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) throws IOException {
    client.setTcpNoDelay(true);
    try {
      Socket server = new Socket(target.getAddress(), target.getPort());
      sockets.add(server);
      server.setTcpNoDelay(true);
      Thread.ofPlatform().daemon().start(() -> new Session(client, server).run());
    } catch (ConnectException _) {
      close(client);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sockets.forEach(CommitProxy::close);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // It is closed.
    }
  }

  private final class Session {
    private final Socket client;
    private final Socket server;
    private final Map<String, String> statements = new HashMap<>();
    private final Map<String, String> portals = new HashMap<>();
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile boolean mute;
    private volatile boolean unanswered;
    private volatile boolean kept;

    Session(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void run() {
      try {
        DataInputStream in = new DataInputStream(client.getInputStream());
        OutputStream out = server.getOutputStream();
        startUp(in, new DataOutputStream(out));
        Thread.ofPlatform().daemon().start(this::answers);
        while (piece(in, out)) {
          // Piece by piece, until one is cut.
        }
      } catch (IOException | InterruptedException _) {
        // One side is gone, so the other is closed below.
      }
      CommitProxy.close(client);
      if (!mute || answered.getCount() == 0) {
        CommitProxy.close(server);
      }
    }

    private void startUp(DataInputStream in, DataOutputStream out) throws IOException {
      while (true) {
        int length = in.readInt();
        byte[] body = in.readNBytes(length - 4);
        out.writeInt(length);
        out.write(body);
        out.flush();
        int code = new DataInputStream(new java.io.ByteArrayInputStream(body)).readInt();
        if (code != SSL_REQUEST && code != GSS_REQUEST) {
          return;
        }
        client.getOutputStream().write(server.getInputStream().read());
      }
    }

    /** Forwards the messages up to the next Sync, and tells whether the session goes on. */
    private boolean piece(DataInputStream in, OutputStream out)
        throws IOException, InterruptedException {
      ByteArrayOutputStream piece = new ByteArrayOutputStream();
      DataOutputStream data = new DataOutputStream(piece);
      List<String> executed = new ArrayList<>();
      while (true) {
        int type = in.readUnsignedByte();
        int length = in.readInt();
        byte[] body = in.readNBytes(length - 4);
        data.writeByte(type);
        data.writeInt(length);
        data.write(body);
        follow((char) type, body, executed);
        // The driver sends BEGIN ahead and waits for nothing: were that wrong, it would wait here.
        boolean ahead = type == 'Q' && text(body, 0).equals("BEGIN");
        if ((type == 'S' || type == 'Q') && !ahead) {
          roundTrips.add(executed);
          break;
        }
        if (type == 'p' || type == 'X' || type == 'H') {
          break;
        }
      }
      Cut cut = Cut.NONE;
      if (executed.contains("commit")) {
        commits.incrementAndGet();
        cut = cuts.get();
      }
      boolean whole = executed.contains("commit") && cut == Cut.NONE;
      unanswered = whole;
      kept = whole && keeping;
      byte[] bytes = piece.toByteArray();
      mute = cut == Cut.AFTER || cut == Cut.WHILE;
      switch (cut) {
        case NONE, AFTER, WHILE -> out.write(bytes);
        case HALF -> out.write(bytes, 0, bytes.length / 2);
        case BEFORE -> {}
      }
      out.flush();
      if (whole) {
        sent.accept(() -> unanswered);
      }
      if (cut == Cut.AFTER) {
        answered.await();
      }
      return cut == Cut.NONE;
    }

    private void follow(char type, byte[] body, List<String> executed) {
      switch (type) {
        case 'P' -> statements.put(text(body, 0), text(body, text(body, 0).length() + 1));
        case 'B' ->
            portals.put(
                text(body, 0), statements.getOrDefault(text(body, text(body, 0).length() + 1), ""));
        case 'E' -> executed.add(portals.getOrDefault(text(body, 0), "").strip());
        case 'Q' -> executed.add(text(body, 0));
        default -> {}
      }
    }

    private static String text(byte[] body, int from) {
      int end = from;
      while (body[end] != 0) {
        end++;
      }
      return new String(body, from, end - from, StandardCharsets.ISO_8859_1);
    }

    private void answers() {
      try {
        DataInputStream in = new DataInputStream(server.getInputStream());
        DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(client.getOutputStream()));
        while (true) {
          int type = in.readUnsignedByte();
          int length = in.readInt();
          byte[] body = in.readNBytes(length - 4);
          if (type == 'Z') {
            unanswered = false;
          }
          if (mute) {
            if (type == 'Z' && body[0] == 'I') { // idle: the transaction is over
              answered.countDown();
            }
            continue;
          }
          if (kept) {
            continue;
          }
          out.writeByte(type);
          out.writeInt(length);
          out.write(body);
          if (in.available() == 0) {
            out.flush();
          }
        }
      } catch (IOException _) {
        answered.countDown();
        CommitProxy.close(client);
        CommitProxy.close(server);
      }
    }
  }
}
