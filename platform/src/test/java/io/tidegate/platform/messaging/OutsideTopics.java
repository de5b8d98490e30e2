package io.tidegate.platform.messaging;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.impl.MQClientAPIImpl;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.protocol.body.ClusterInfo;
import org.apache.rocketmq.remoting.protocol.route.BrokerData;

/**
 * Topics that tests make for themselves on a RocketMQ that was there before and stays, and what the
 * broker made for them: topics of replays and retries, groups of consumers. All of it has the
 * prefix of those tests in its name.
 */
public final class OutsideTopics implements AutoCloseable {

  private static final long ANSWER_MILLIS_MAX = 10_000;
  private static final int QUEUES = 4;

  private final DefaultMQProducer client;
  private final MQClientAPIImpl api;
  private final String prefix;

  /**
   * Looks for nothing yet.
   *
   * @param prefix what names of these tests begin with
   */
  @SuppressWarnings("deprecation") // the client's library has no other way to ask a broker
  public OutsideTopics(String namesrv, String prefix) {
    this.prefix = prefix;
    client = new RocketClients(namesrv).producer("tidegate-tests");
    try {
      client.start();
    } catch (MQClientException e) {
      throw new IllegalStateException(e);
    }
    api = client.getDefaultMQProducerImpl().getMqClientFactory().getMQClientAPIImpl();
  }

  /** Makes what is not there yet, on every master. */
  public void make(List<String> topics) {
    onMasters((_, address) -> {
      for (String topic : topics) {
        TopicConfig config = new TopicConfig(topic, QUEUES, QUEUES);
        api.createTopic(address, MixAll.DEFAULT_PRODUCER_GROUP, config, ANSWER_MILLIS_MAX);
      }
    });
  }

  /** Names of topics and groups there that begin with the prefix. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    onMasters((_, address) -> {
      names.addAll(topics(address, this::isOurs));
      names.addAll(groups(address, this::isOurs));
    });
    return names;
  }

  /** Takes away what has the prefix. */
  @Override
  public void close() {
    try {
      remove(this::isOurs);
    } finally {
      RocketClients.shutdown(client::shutdown);
    }
  }

  /**
   * Takes away topics and groups, by their names; those of retries and dead letters are their
   * group's.
   */
  public void remove(Predicate<String> which) {
    onMasters((cluster, address) -> {
      for (String topic : topics(address, which)) {
        try {
          api.deleteTopicInBroker(address, topic, ANSWER_MILLIS_MAX);
        } catch (MQClientException e) {
          // A broker that keeps no timers has taken it away, and fails to count what was timed.
        }
        api.deleteTopicInNameServer(client.getNamesrvAddr(), cluster, topic, ANSWER_MILLIS_MAX);
      }
      for (String group : groups(address, which)) {
        api.deleteSubscriptionGroup(address, group, true, ANSWER_MILLIS_MAX);
      }
    });
  }

  /** Of a group's retries, and of what it never managed, the group. */
  private static String owner(String topic) {
    for (String of : List.of(MixAll.RETRY_GROUP_TOPIC_PREFIX, MixAll.DLQ_GROUP_TOPIC_PREFIX)) {
      if (topic.startsWith(of)) {
        return topic.substring(of.length());
      }
    }
    return topic;
  }

  private boolean isOurs(String name) {
    return name.startsWith(prefix);
  }

  private List<String> topics(String address, Predicate<String> which)
      throws RemotingException, MQBrokerException, InterruptedException {
    return api.getAllTopicConfig(address, ANSWER_MILLIS_MAX).getTopicConfigTable().keySet().stream()
        .filter(topic -> which.test(owner(topic)))
        .toList();
  }

  private List<String> groups(String address, Predicate<String> which)
      throws RemotingException, MQBrokerException, InterruptedException {
    return api
        .getAllSubscriptionGroup(address, ANSWER_MILLIS_MAX)
        .getSubscriptionGroupTable()
        .keySet()
        .stream()
        .filter(which)
        .toList();
  }

  private interface Work {
    void on(String cluster, String address)
        throws RemotingException, MQBrokerException, MQClientException, InterruptedException;
  }

  private void onMasters(Work work) {
    try {
      ClusterInfo cluster = api.getBrokerClusterInfo(ANSWER_MILLIS_MAX);
      for (BrokerData broker : cluster.getBrokerAddrTable().values()) {
        String master = broker.getBrokerAddrs().get(MixAll.MASTER_ID);
        if (master != null) {
          work.on(broker.getCluster(), master);
        }
      }
    } catch (RemotingException | MQBrokerException | MQClientException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
