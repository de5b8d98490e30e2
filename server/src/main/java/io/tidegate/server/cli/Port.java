package io.tidegate.server.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** TCP ports of this machine: whether one is free, and one that stays the same. */
final class Port {
  static final String LOOPBACK = "127.0.0.1";

  // Beneath the range from which systems take ports of outgoing connections.
  private static final int KEPT_MIN = 15_000;
  private static final int KEPT_MAX = 30_000;
  private static final int TRIES_MAX = 50;

  /** A child of a killed program leaves its port within this time. */
  private static final Duration ORPHAN_LEAVES_MAX = Duration.ofSeconds(1);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private Port() {}

  /**
   * Refuses an address that can't be listened on, before anything is started.
   *
   * @param port 0: any
   */
  static void mustBeFree(String host, int port) {
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new Failure("http.host " + host + " is unknown here", e);
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(address, port));
    } catch (IOException e) {
      throw new Failure(
          "can't listen on "
              + host
              + ":"
              + port
              + " ("
              + PrivateFile.reason(e)
              + "); use another --port (0 takes a free one) or http.host",
          e);
    }
  }

  /** The port kept in a file while it is free, else a new one, which is kept. */
  static int kept(Path file) {
    int known =
        PrivateFile.read(file).filter(t -> t.matches("[0-9]{1,5}")).map(Integer::valueOf).orElse(0);
    if (known > 0 && freeSoon(known)) {
      return known;
    }
    RandomGenerator random = RandomGenerator.getDefault();
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      int port = random.nextInt(KEPT_MIN, KEPT_MAX);
      if (isFree(port)) {
        PrivateFile.write(file, port + "\n");
        return port;
      }
    }
    throw new Failure("no free port between " + KEPT_MIN + " and " + KEPT_MAX);
  }

  private static boolean freeSoon(int port) {
    long until = System.nanoTime() + ORPHAN_LEAVES_MAX.toNanos();
    while (!isFree(port)) {
      if (System.nanoTime() > until) {
        return false;
      }
      try {
        Thread.sleep(LOOK_AGAIN);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether somebody takes connections at HOST:PORT. */
  @SuppressWarnings("AddressSelection") // one address of the name is enough to know that it is up
  static boolean answers(String hostAndPort, Duration waitMax) {
    int colon = hostAndPort.lastIndexOf(':');
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(
              hostAndPort.substring(0, colon), Integer.parseInt(hostAndPort.substring(colon + 1))),
          Math.toIntExact(waitMax.toMillis()));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** The base URL at which a program on this machine reaches an address that is listened on. */
  static String url(String host, int port) {
    boolean any = host.equals("0.0.0.0") || host.equals("::");
    String reached = any ? LOOPBACK : host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return "http://" + reached + ":" + port;
  }
}
