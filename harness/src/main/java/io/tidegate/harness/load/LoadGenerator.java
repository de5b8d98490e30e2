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
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * Puts a load on servers from the calling thread. In an open loop the start of each customer is
 * fixed beforehand: when the server stalls, customers wait for a free connection, and the latency
 * of their first request counts from when it should have started, so that a stall is not hidden by
 * the requests that it kept from being sent. A customer's next request is due when the answer to
 * the one before is there.
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
  private final BooleanSupplier over;
  private final Latencies latencies;
  private final ByteBuffer request = ByteBuffer.allocateDirect(Traffic.REQUEST_BYTES_MAX);
  private final ByteBuffer received = ByteBuffer.allocateDirect(64 * 1024);
  private final ArrayDeque<Customer> idle = new ArrayDeque<>();
  private final Customer[] customers;
  private final Selector selector;
  private final boolean open;
  private final double nanosPerCustomer;
  private final long due;

  private long startNanos;
  private long endNanos;
  private long giveUpNanos;

  /** The last answer, or when one became due after nobody had waited for any. */
  private long lastAnswerNanos;

  /** The last request's end, answered or lost. */
  private long lastEndNanos;

  private long silenceNanosMax;
  private int busy;
  private long begun;
  private long sent;
  private long sentInTime;
  private long answered;
  private long failed;
  private long unknown;
  private long cutOff;
  private long connectFailures;

  private LoadGenerator(Load load, Traffic traffic, LongConsumer progress, BooleanSupplier over)
      throws IOException {
    this.load = load;
    this.traffic = traffic;
    this.progress = progress;
    this.over = over;
    this.latencies = new Latencies(traffic.kinds());
    this.selector = Selector.open();
    this.customers = new Customer[load.connections()];
    switch (load.pace()) {
      case Load.AsAnswered _ -> {
        open = false;
        nanosPerCustomer = 0;
        due = Long.MAX_VALUE;
      }
      case Load.UpTo(long most) -> {
        open = false;
        nanosPerCustomer = 0;
        due = most;
      }
      case Load.AtRate(double perSecond) -> {
        open = true;
        nanosPerCustomer = 1e9 / perSecond;
        due = Math.round(load.length().toNanos() / nanosPerCustomer);
      }
    }
  }

  /**
   * Runs one load until every customer who has begun is done, or has no answer in time.
   *
   * @param progress hears, a few times a second, how many answers there are
   * @throws IOException when not one connection can be made
   */
  public static Tally run(Load load, Traffic traffic, LongConsumer progress) throws IOException {
    return run(load, traffic, progress, () -> false);
  }

  /**
   * The same of a load that may be broken off: what is on its way then is waited for no more.
   *
   * @param over is asked all the time whether it is
   */
  public static Tally run(Load load, Traffic traffic, LongConsumer progress, BooleanSupplier over)
      throws IOException {
    LoadGenerator generator = new LoadGenerator(load, traffic, progress, over);
    try (generator.selector) {
      return generator.run();
    } finally {
      for (Customer customer : generator.customers) {
        if (customer != null) {
          customer.connections.forEach(Connection::close);
        }
      }
    }
  }

  private Tally run() throws IOException {
    connectAll();
    var threads = ManagementFactory.getThreadMXBean();
    long cpuBefore = threads.getCurrentThreadCpuTime();
    startNanos = System.nanoTime();
    latencies.start(startNanos);
    lastAnswerNanos = startNanos;
    lastEndNanos = startNanos;
    endNanos = startNanos + load.length().toNanos();
    giveUpNanos = endNanos + load.answerWithin().toNanos();
    long nextSweep = startNanos;
    long nextProgress = startNanos;
    for (long now = startNanos; !finished(now) && now - giveUpNanos < 0; now = System.nanoTime()) {
      if (over.getAsBoolean()) {
        break;
      }
      begin(now);
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
    for (int i = 0; i < customers.length; i++) {
      customers[i] = new Customer(i, selector, load.targets());
      rest(customers[i]);
    }
    long until = System.nanoTime() + CONNECT_NANOS_MAX;
    while (connecting() && System.nanoTime() - until < 0 && !over.getAsBoolean()) {
      select(SELECT_MILLIS_MAX);
    }
    if (idle.isEmpty()) {
      throw new IOException("no connection to " + load.targets().getFirst() + " could be made");
    }
  }

  private boolean connecting() {
    for (Customer customer : customers) {
      if (customer.first().state == Connection.State.CONNECTING) {
        return true;
      }
    }
    return false;
  }

  private boolean finished(long now) {
    return busy == 0 && (begun >= due || (!open && now - endNanos >= 0));
  }

  private long intended(long customer) {
    return startNanos + (long) (customer * nanosPerCustomer);
  }

  private void begin(long now) {
    if (open) {
      while (begun < due && intended(begun) - now <= 0 && !idle.isEmpty()) {
        begin(idle.poll(), intended(begun));
      }
    } else if (now - endNanos < 0) {
      // Those that are idle now; who fails at once is not begun again in this round.
      for (int n = idle.size(); n > 0 && begun < due && !idle.isEmpty(); n--) {
        begin(idle.poll(), System.nanoTime());
      }
    }
  }

  private void begin(Customer customer, long intendedNanos) {
    begun++;
    busy++;
    if (busy == 1) {
      lastAnswerNanos = System.nanoTime(); // Nothing was due before: no silence.
    }
    customer.state = Customer.State.BUSY;
    issue(customer, traffic.begin(customer.slot), intendedNanos);
  }

  /** Sends the customer's request, or connects first. */
  private void issue(Customer customer, int kind, long intendedNanos) {
    customer.kind = kind;
    customer.intendedNanos = intendedNanos;
    long now = System.nanoTime();
    customer.deadlineNanos = now + load.answerWithin().toNanos();
    sent++;
    if (now - endNanos < 0) {
      sentInTime++;
    }
    Connection connection = connection(customer);
    if (connection.state == Connection.State.DOWN) {
      connect(connection);
    }
    switch (connection.state) {
      case READY -> send(connection);
      case CONNECTING -> {} // It is sent when the connection is there.
      case DOWN -> lost(customer);
      case BUSY -> throw new IllegalStateException("one request at a time");
    }
  }

  private Connection connection(Customer customer) {
    return customer.connections.get(traffic.target(customer.slot, customer.kind));
  }

  private void send(Connection connection) {
    request.clear();
    traffic.write(connection.customer.slot, connection.customer.kind, request);
    request.flip();
    try {
      connection.send(request);
    } catch (IOException e) {
      lost(connection);
    }
  }

  /** Waits for answers, but not past the next start. */
  private void await(long now) throws IOException {
    if (!open) {
      select(idle.isEmpty() || begun >= due || now - endNanos >= 0 ? SELECT_MILLIS_MAX : 0);
      return;
    }
    boolean waitsForAnswersOnly = begun >= due || idle.isEmpty();
    long nanos = waitsForAnswersOnly ? Long.MAX_VALUE : intended(begun) - System.nanoTime();
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
    if (!key.isValid()) {
      return; // Closed by what another key brought.
    }
    Connection connection = (Connection) key.attachment();
    try {
      if (key.isConnectable()) {
        connection.finishConnect();
        if (connection.state == Connection.State.READY) {
          connected(connection);
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

  private void connected(Connection connection) {
    Customer customer = connection.customer;
    switch (customer.state) {
      case BUSY -> {
        if (connection(customer) == connection) {
          send(connection);
        }
      }
      case RESTING -> free(customer);
      case IDLE -> {}
    }
  }

  private void receive(Connection connection) throws IOException {
    received.clear();
    int bytes = connection.receive(received);
    received.flip();
    if (connection.state != Connection.State.BUSY) {
      // The server closed an idle connection, or talks unasked: neither is an answer.
      dropped(connection);
      return;
    }
    boolean whole = bytes < 0 ? connection.reader.end() : connection.reader.read(received);
    if (whole) {
      answered(connection, bytes < 0 || connection.reader.closes() || received.hasRemaining());
    } else if (bytes < 0) {
      lost(connection);
    }
  }

  private void answered(Connection connection, boolean over) {
    Customer customer = connection.customer;
    long now = System.nanoTime();
    silenceNanosMax = Math.max(silenceNanosMax, now - lastAnswerNanos);
    lastAnswerNanos = now;
    lastEndNanos = now;
    boolean good = connection.reader.status() < 400;
    latencies.answer(customer.kind, good, customer.intendedNanos, now);
    answered++;
    connection.state = Connection.State.READY;
    int next = traffic.answered(customer.slot, customer.kind, connection.reader);
    if (over) {
      connection.close();
    }
    if (next != Traffic.DONE) {
      issue(customer, next, now);
    } else {
      busy--;
      rest(customer);
    }
  }

  /** A connection ended; with it ends the customer whose request was on its way or waited. */
  private void lost(Connection connection) {
    Customer customer = connection.customer;
    boolean connecting = connection.state == Connection.State.CONNECTING;
    connection.close();
    if (connecting) {
      connectFailures++;
    }
    if (customer.state == Customer.State.BUSY && connection(customer) == connection) {
      lost(customer);
    } else {
      dropped(connection);
    }
  }

  private void lost(Customer customer) {
    failed++;
    busy--;
    long now = System.nanoTime();
    endedWithoutAnswer(now);
    latencies.none(customer.kind, customer.intendedNanos, now);
    traffic.lost(customer.slot, customer.kind);
    customer.state = Customer.State.RESTING;
    customer.retryNanos = now + RECONNECT_NANOS;
  }

  /** A connection that nobody waits for has ended. */
  private void dropped(Connection connection) {
    Customer customer = connection.customer;
    connection.close();
    if (connection == customer.first() && customer.state == Customer.State.IDLE) {
      idle.remove(customer);
      rest(customer);
    } else if (customer.state == Customer.State.RESTING) {
      customer.retryNanos = System.nanoTime() + RECONNECT_NANOS;
    }
  }

  /** Makes the slot free as soon as its first connection is there. */
  private void rest(Customer customer) {
    customer.state = Customer.State.RESTING;
    Connection first = customer.first();
    if (first.state == Connection.State.DOWN) {
      connect(first);
    }
    switch (first.state) {
      case READY -> free(customer);
      case CONNECTING -> {}
      case DOWN -> customer.retryNanos = System.nanoTime() + RECONNECT_NANOS;
      case BUSY -> throw new IllegalStateException("nobody has the slot");
    }
  }

  private void free(Customer customer) {
    customer.state = Customer.State.IDLE;
    idle.add(customer);
  }

  private void connect(Connection connection) {
    try {
      connection.connect();
    } catch (IOException e) {
      connectFailures++;
      connection.close();
    }
  }

  private void sweep(long now) {
    for (Customer customer : customers) {
      if (customer.state == Customer.State.BUSY && now - customer.deadlineNanos >= 0) {
        unanswered(customer, now);
        connection(customer).close();
        rest(customer);
      } else if (customer.state == Customer.State.RESTING
          && customer.first().state != Connection.State.CONNECTING
          && now - customer.retryNanos >= 0) {
        rest(customer);
      }
    }
  }

  private void unanswered(Customer customer, long now) {
    unknown++;
    busy--;
    endedWithoutAnswer(now);
    latencies.none(customer.kind, customer.intendedNanos, now);
    traffic.lost(customer.slot, customer.kind);
  }

  /** The silence that a request without an answer ends in goes on as long as others wait. */
  private void endedWithoutAnswer(long now) {
    if (now - lastEndNanos > 0) {
      lastEndNanos = now; // A sweep's own moment may be before an answer that it has seen.
    }
    silenceNanosMax = Math.max(silenceNanosMax, now - lastAnswerNanos);
  }

  private Tally tally(Duration cpu) {
    long now = System.nanoTime();
    for (Customer customer : customers) {
      if (customer.state == Customer.State.BUSY) {
        cutOff += now - customer.deadlineNanos < 0 ? 1 : 0;
        unanswered(customer, now);
      }
    }
    long notSent = open ? due - begun : 0;
    for (long i = begun; open && i < due; i++) {
      latencies.none(0, intended(i), now);
    }
    return new Tally(
        sent,
        sentInTime,
        answered,
        failed,
        unknown,
        cutOff,
        notSent,
        connectFailures,
        startNanos,
        Duration.ofNanos(Math.max(1, lastEndNanos - startNanos)),
        Duration.ofNanos(silenceNanosMax),
        latencies.kinds(),
        latencies.seconds(),
        cpu);
  }
}
