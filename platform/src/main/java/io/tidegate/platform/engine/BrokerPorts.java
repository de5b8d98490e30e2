package io.tidegate.platform.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * The ports of a broker's directory: chosen once and kept, since clients come back only to the same
 * ones.
 *
 * @param namesrv the name server's
 * @param broker the broker's; two below it is its fast port
 */
record BrokerPorts(int namesrv, int broker) {

  private static final int FAST_PORT_DISTANCE = 2;

  /** Below the ports that systems give to outgoing connections, which would take ours at times. */
  private static final int FIRST = 20_000;

  private static final int LAST = 32_000;
  private static final int TRIES_MAX = 200;
  private static final Pattern KEPT = Pattern.compile("(\\d{1,5}) (\\d{1,5})");

  static BrokerPorts of(Path directory) {
    Path file = directory.resolve("ports");
    try {
      Files.createDirectories(directory);
      if (Files.exists(file)) {
        return parse(file);
      }
      BrokerPorts ports = choose();
      Files.writeString(file, ports.namesrv + " " + ports.broker + "\n");
      return ports;
    } catch (IOException e) {
      throw new EngineException("the broker's directory can't be used: " + directory, e);
    }
  }

  private static BrokerPorts parse(Path file) throws IOException {
    var kept = KEPT.matcher(Files.readString(file).strip());
    if (!kept.matches()) {
      throw new EngineException("not two port numbers: " + file);
    }
    return new BrokerPorts(Integer.parseInt(kept.group(1)), Integer.parseInt(kept.group(2)));
  }

  private static BrokerPorts choose() {
    for (int i = 0; i < TRIES_MAX; i++) {
      int broker = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      int namesrv = broker + 1;
      if (List.of(broker, namesrv, broker - FAST_PORT_DISTANCE).stream()
          .allMatch(BrokerPorts::isFree)) {
        return new BrokerPorts(namesrv, broker);
      }
    }
    throw new EngineException("no free ports for the broker between " + FIRST + " and " + LAST);
  }

  private static boolean isFree(int port) {
    try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
