package io.tidegate.broker;

import java.nio.file.Path;
import java.util.List;

/**
 * What the parent asks for: {@code DIRECTORY NAMESRV_PORT BROKER_PORT QUEUES TOPIC...}.
 *
 * @param directory where everything is kept; created when missing
 * @param namesrvPort the name server's port
 * @param brokerPort the broker's port; {@code brokerPort - 2} is its fast port
 * @param queues queues of each topic
 * @param topics topics that exist once the broker is ready
 */
record BrokerArguments(
    Path directory, int namesrvPort, int brokerPort, int queues, List<String> topics) {

  private static final int FIXED = 4;
  private static final int FAST_PORT_DISTANCE = 2;
  private static final int PORT_MAX = 65_535;
  private static final int QUEUES_MAX = 64;

  static BrokerArguments parse(String[] arguments) {
    if (arguments.length <= FIXED) {
      throw new IllegalArgumentException(
          "usage: DIRECTORY NAMESRV_PORT BROKER_PORT QUEUES TOPIC...");
    }
    var namesrvPort = number("NAMESRV_PORT", arguments[1], 1, PORT_MAX);
    var brokerPort = number("BROKER_PORT", arguments[2], FAST_PORT_DISTANCE + 1, PORT_MAX);
    if (namesrvPort == brokerPort || namesrvPort == brokerPort - FAST_PORT_DISTANCE) {
      throw new IllegalArgumentException("the name server's port is one of the broker's");
    }
    return new BrokerArguments(
        Path.of(arguments[0]).toAbsolutePath().normalize(),
        namesrvPort,
        brokerPort,
        number("QUEUES", arguments[3], 1, QUEUES_MAX),
        List.of(arguments).subList(FIXED, arguments.length));
  }

  private static int number(String name, String text, int min, int max) {
    int number;
    try {
      number = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " is not a number: " + text, e);
    }
    if (number < min || number > max) {
      throw new IllegalArgumentException(name + " is not within " + min + ".." + max);
    }
    return number;
  }
}
