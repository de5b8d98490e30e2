package io.tidegate.platform.messaging;

import io.tidegate.platform.trace.Tracer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.impl.MQClientAPIImpl;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.protocol.route.BrokerData;

/** The topics of other teams' groups: what is replayed to a group comes to nobody else. */
final class ReplayTopic implements AutoCloseable {

  private static final long ANSWER_MILLIS_MAX = 3_000;
  private static final int QUEUES = 4;

  private final RocketClients clients;
  private final RocketPublisher publisher;
  private final String prefix;
  private final Set<String> known = new HashSet<>();

  ReplayTopic(RocketClients clients, String topicPrefix, String source, Tracer tracer) {
    this.clients = clients;
    this.prefix = topicPrefix;
    this.publisher =
        new RocketPublisher(clients, "replay", new Topics(topicPrefix), source, tracer);
  }

  String of(String group) {
    return prefix + "replay-" + group;
  }

  /** Sends events to a group's topic, with the replay's id on each. */
  void publish(Replay replay, List<LoggedEvent> events) {
    String topic = of(replay.consumer());
    if (known.add(topic)) {
      try {
        make(topic);
      } catch (PublishException e) {
        known.remove(topic);
        throw e;
      }
    }
    String id = Long.toString(replay.id());
    publisher.publish(events, _ -> topic, message -> message.putUserProperty("ce_replay", id));
  }

  /** Makes the topic on every master; one that is there stays as it is. */
  @SuppressWarnings("deprecation") // the client's library has no other way to ask a broker
  private void make(String topic) {
    DefaultMQProducer client = clients.producer(prefix + "replay-topics");
    try {
      client.start();
      MQClientAPIImpl api =
          client.getDefaultMQProducerImpl().getMqClientFactory().getMQClientAPIImpl();
      if (api.getTopicListFromNameServer(ANSWER_MILLIS_MAX).getTopicList().contains(topic)) {
        return;
      }
      for (BrokerData broker :
          api.getBrokerClusterInfo(ANSWER_MILLIS_MAX).getBrokerAddrTable().values()) {
        String master = broker.getBrokerAddrs().get(MixAll.MASTER_ID);
        if (master != null) {
          api.createTopic(
              master,
              MixAll.DEFAULT_PRODUCER_GROUP,
              new TopicConfig(topic, QUEUES, QUEUES),
              ANSWER_MILLIS_MAX);
        }
      }
    } catch (RemotingException | MQBrokerException | MQClientException e) {
      throw new PublishException("the topic " + topic + " can't be made", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PublishException("interrupted", e);
    } finally {
      RocketClients.shutdown(client::shutdown);
    }
  }

  @Override
  public void close() {
    publisher.close();
  }
}
