package io.tidegate.harness.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.HdrHistogram.Histogram;

/**
 * Puts a load on a server from the calling thread. In an open loop the start of each request is
 * fixed beforehand: when the server stalls, requests wait for a free connection, and their latency
 * counts from when they should have started, so that a stall is not hidden by the requests that it
 * kept from being sent.
 */
public final class LoadGenerator {
  private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long RECONNECT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long NAP_NANOS_MAX = TimeUnit.MICROSECONDS.toNanos(100);
  private static final long PROGRESS_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long CONNECT_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);
  private static final long SELECT_MILLIS_MAX = 10;

  private final Load load;
  private final Traffic traffic;
  private final LongConsumer progress;
  private final ByteBuffer request = ByteBuffer.allocateDirect(Traffic.REQUEST_BYTES_MAX);
  private final ByteBuffer received = ByteBuffer.allocateDirect(64 * 1024);
  private final ArrayDeque<Connection> idle = new ArrayDeque<>();
  private final Connection[] connections;
  private final Selector selector;
  private final boolean open;
  private final double nanosPerRequest;
  private final long due;

  private long startNanos;
  private long endNanos;
  private long lastAnswerNanos;
  private int busy;
  private long sent;
  private long answered;
  private long failed;
  private long unknown;
  private long connectFailures;

  private LoadGenerator(Load load, Traffic traffic, LongConsumer progress) throws IOException {
    this.load = load;
    this.traffic = traffic;
    this.progress = progress;
    this.selector = Selector.open();
    this.connections = new Connection[load.connections()];
    switch (load.pace()) {
      case Load.AsAnswered _ -> {
        open = false;
        nanosPerRequest = 0;
        due = Long.MAX_VALUE;
      }
      case Load.AtRate(double perSecond) -> {
        open = true;
        nanosPerRequest = 1e9 / perSecond;
        due = Math.round(load.length().toNanos() / nanosPerRequest);
      }
    }
  }

  /**
   * Runs one load until every request that was started is answered, failed or unknown.
   *
   * @param progress hears, a few times a second, how many answers there are
   * @throws IOException when not one connection can be made
   */
  public static Tally run(Load load, Traffic traffic, LongConsumer progress) throws IOException {
    LoadGenerator generator = new LoadGenerator(load, traffic, progress);
    try (generator.selector) {
      return generator.run();
    } finally {
      for (Connection connection : generator.connections) {
        if (connection != null) {
          connection.close();
        }
      }
    }
  }

  private Tally run() throws IOException {
    connectAll();
    var threads = ManagementFactory.getThreadMXBean();
    long cpuBefore = threads.getCurrentThreadCpuTime();
    startNanos = System.nanoTime();
    lastAnswerNanos = startNanos;
    endNanos = startNanos + load.length().toNanos();
    long giveUpNanos = endNanos + load.answerWithin().toNanos();
    long nextSweep = startNanos;
    long nextProgress = startNanos;
    for (long now = startNanos; !finished(now) && now - giveUpNanos < 0; now = System.nanoTime()) {
      start(now);
      await(now);
      if (now - nextSweep >= 0) {
        sweep(now);
        nextSweep = now + SWEEP_NANOS;
      }
      if (now - nextProgress >= 0) {
        progress.accept(answered);
        nextProgress = now + PROGRESS_NANOS;
      }
    }
    return tally(Duration.ofNanos(threads.getCurrentThreadCpuTime() - cpuBefore));
  }

  private void connectAll() throws IOException {
    for (int i = 0; i < connections.length; i++) {
      connections[i] = new Connection(selector, load.target());
      connect(connections[i], System.nanoTime());
    }
    long until = System.nanoTime() + CONNECT_NANOS_MAX;
    while (connecting() && System.nanoTime() - until < 0) {
      select(SELECT_MILLIS_MAX);
    }
    if (idle.isEmpty()) {
      throw new IOException("no connection to " + load.target() + " could be made");
    }
  }

  private boolean connecting() {
    for (Connection connection : connections) {
      if (connection.state == Connection.State.CONNECTING) {
        return true;
      }
    }
    return false;
  }

  private boolean finished(long now) {
    return now - endNanos >= 0 && busy == 0 && (!open || sent >= due);
  }

  private long intended(long request) {
    return startNanos + (long) (request * nanosPerRequest);
  }

  private void start(long now) {
    if (open) {
      while (sent < due && intended(sent) - now <= 0 && !idle.isEmpty()) {
        start(idle.poll(), intended(sent), now);
      }
    } else if (now - endNanos < 0) {
      while (!idle.isEmpty()) {
        start(idle.poll(), System.nanoTime(), now);
      }
    }
  }

  private void start(Connection connection, long intendedNanos, long now) {
    request.clear();
    traffic.write(request);
    request.flip();
    sent++;
    busy++;
    connection.state = Connection.State.BUSY;
    connection.intendedNanos = intendedNanos;
    connection.deadlineNanos = now + load.answerWithin().toNanos();
    connection.reader.reset();
    try {
      connection.send(request);
    } catch (IOException e) {
      lost(connection);
    }
  }

  /** Waits for answers, but not past the next start. */
  private void await(long now) throws IOException {
    if (!open) {
      select(idle.isEmpty() || now - endNanos >= 0 ? SELECT_MILLIS_MAX : 0);
      return;
    }
    boolean waitsForAnswersOnly = sent >= due || idle.isEmpty();
    long nanos = waitsForAnswersOnly ? Long.MAX_VALUE : intended(sent) - System.nanoTime();
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos) - 1;
    if (millis >= 1) {
      select(Math.min(millis, SELECT_MILLIS_MAX));
    } else if (select(0) == 0 && nanos > 0) {
      // The selector counts in milliseconds, a start in micros; a nap spares the core that the
      // server needs.
      LockSupport.parkNanos(Math.min(nanos, NAP_NANOS_MAX));
    }
  }

  private int select(long millisMax) throws IOException {
    return millisMax <= 0
        ? selector.selectNow(this::ready)
        : selector.select(this::ready, millisMax);
  }

  private void ready(SelectionKey key) {
    Connection connection = (Connection) key.attachment();
    try {
      if (key.isConnectable()) {
        connection.finishConnect();
        if (connection.state == Connection.State.IDLE) {
          idle.add(connection);
        }
        return;
      }
      if (key.isWritable()) {
        connection.sendRest();
      }
      if (key.isReadable()) {
        receive(connection);
      }
    } catch (IOException | ResponseReader.BadResponse e) {
      lost(connection);
    }
  }

  private void receive(Connection connection) throws IOException {
    received.clear();
    int bytes = connection.receive(received);
    received.flip();
    if (connection.state != Connection.State.BUSY) {
      // The server closed an idle connection, or talks unasked: neither is an answer.
      drop(connection);
      return;
    }
    boolean whole = bytes < 0 ? connection.reader.end() : connection.reader.read(received);
    if (!whole) {
      if (bytes < 0) {
        lost(connection);
      }
      return;
    }
    lastAnswerNanos = System.nanoTime();
    connection.record(lastAnswerNanos);
    answered++;
    busy--;
    connection.state = Connection.State.IDLE;
    traffic.answered(connection.reader);
    if (bytes < 0 || connection.reader.closes() || received.hasRemaining()) {
      connection.close();
      connect(connection, lastAnswerNanos);
    } else {
      idle.add(connection);
    }
  }

  /** The connection ended, and with it the request that was on its way. */
  private void lost(Connection connection) {
    switch (connection.state) {
      case BUSY -> {
        failed++;
        busy--;
        lastAnswerNanos = System.nanoTime();
      }
      case CONNECTING -> connectFailures++;
      case IDLE, DOWN -> idle.remove(connection);
    }
    connection.close();
    connection.retryNanos = System.nanoTime() + RECONNECT_NANOS;
  }

  private void drop(Connection connection) {
    idle.remove(connection);
    connection.close();
    connect(connection, System.nanoTime());
  }

  private void connect(Connection connection, long now) {
    try {
      connection.connect();
      if (connection.state == Connection.State.IDLE) {
        idle.add(connection);
      }
    } catch (IOException e) {
      connectFailures++;
      connection.close();
      connection.retryNanos = now + RECONNECT_NANOS;
    }
  }

  private void sweep(long now) {
    for (Connection connection : connections) {
      if (connection.state == Connection.State.BUSY && now - connection.deadlineNanos >= 0) {
        unknown++;
        busy--;
        connection.record(now);
        connection.close();
        connection.retryNanos = now;
      }
      if (connection.state == Connection.State.DOWN && now - connection.retryNanos >= 0) {
        connect(connection, now);
      }
    }
  }

  private Tally tally(Duration cpu) {
    long now = System.nanoTime();
    Histogram all = new Histogram(Connection.LATENCY_MICROS_MAX, 2);
    for (Connection connection : connections) {
      if (connection.state == Connection.State.BUSY) {
        unknown++;
        connection.record(now);
      }
      all.add(connection.latencyMicros);
    }
    long notSent = open ? due - sent : 0;
    for (long i = sent; open && i < due; i++) {
      all.recordValue(TimeUnit.NANOSECONDS.toMicros(now - intended(i)));
    }
    Duration elapsed = Duration.ofNanos(Math.max(1, lastAnswerNanos - startNanos));
    return new Tally(sent, answered, failed, unknown, notSent, connectFailures, elapsed, all, cpu);
  }
}
