package io.tidegate.platform.messaging;

import java.io.UnsupportedEncodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.impl.MQClientAPIImpl;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.protocol.route.BrokerData;
import org.jspecify.annotations.Nullable;

/**
 * What a RocketMQ cluster tells of itself. Only asked, never changed.
 *
 * @param topicsMissing the wanted topics that no broker has
 */
public record BrokerFacts(List<Broker> brokers, List<String> topicsMissing) {

  /** The most that the relay gives a broker in one message. */
  public static final int MESSAGE_BYTES_MAX = RocketPublisher.BATCH_BYTES_MAX;

  private static final String GROUP = "tidegate-facts";
  private static final long ANSWER_MILLIS_MAX = 3_000;
  private static final int TRIES_MAX = 8;
  private static final Duration TRY_AGAIN = Duration.ofMillis(500);

  /**
   * A master.
   *
   * @param version such as {@code V5_5_0}
   * @param messageBytesMax a larger message is refused
   * @param diskUsed of the disk with its log, 0 to 1
   * @param diskUsedMax from there on it throws old messages away, and refuses new ones soon
   */
  public record Broker(
      String name,
      String address,
      String version,
      long messageBytesMax,
      double diskUsed,
      double diskUsedMax) {}

  /** A cluster that doesn't answer, in words for a person. */
  public static final class Unreachable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreachable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Asks the name servers, and each master that they know. */
  @SuppressWarnings("deprecation") // the client's library has no other way to ask a broker
  public static BrokerFacts ask(String namesrv, List<String> topics)
      throws Unreachable, InterruptedException {
    DefaultMQProducer client = new RocketClients(namesrv).producer(GROUP);
    try {
      client.start();
      MQClientAPIImpl api =
          client.getDefaultMQProducerImpl().getMqClientFactory().getMQClientAPIImpl();
      List<Broker> brokers = new ArrayList<>();
      for (BrokerData data :
          api.getBrokerClusterInfo(ANSWER_MILLIS_MAX).getBrokerAddrTable().values()) {
        String address = data.getBrokerAddrs().get(MixAll.MASTER_ID);
        if (address != null) {
          brokers.add(broker(api, data.getBrokerName(), address));
        }
      }
      List<String> known =
          List.copyOf(api.getTopicListFromNameServer(ANSWER_MILLIS_MAX).getTopicList());
      List<String> missing = topics.stream().filter(topic -> !known.contains(topic)).toList();
      return new BrokerFacts(List.copyOf(brokers), missing);
    } catch (RemotingException
        | MQBrokerException
        | MQClientException
        | UnsupportedEncodingException e) {
      throw new Unreachable(String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
    } finally {
      RocketClients.shutdown(client::shutdown);
    }
  }

  private static Broker broker(MQClientAPIImpl api, String name, String address)
      throws RemotingException,
          MQBrokerException,
          UnsupportedEncodingException,
          InterruptedException {
    Map<String, String> runtime = runtime(api, address);
    Properties config = api.getBrokerConfig(address, ANSWER_MILLIS_MAX);
    return new Broker(
        name,
        address,
        Objects.requireNonNullElse(runtime.get("brokerVersionDesc"), "unknown"),
        (long) number(config.getProperty("maxMessageSize")),
        number(runtime.get("commitLogDiskRatio")),
        number(config.getProperty("diskMaxUsedSpaceRatio")) / 100);
  }

  /** A broker fails to tell in its first seconds, before it has counted anything. */
  private static Map<String, String> runtime(MQClientAPIImpl api, String address)
      throws RemotingException, MQBrokerException, InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        return api.getBrokerRuntimeInfo(address, ANSWER_MILLIS_MAX).getTable();
      } catch (MQBrokerException e) {
        if (tries == TRIES_MAX) {
          throw e;
        }
        Thread.sleep(TRY_AGAIN);
      }
    }
  }

  /** Brokers of other versions leave fields out: 0 for those. */
  private static double number(@Nullable String text) {
    try {
      return text == null ? 0 : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
