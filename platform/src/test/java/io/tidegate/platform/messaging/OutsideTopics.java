package io.tidegate.platform.messaging;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.impl.MQClientAPIImpl;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.protocol.body.ClusterInfo;
import org.apache.rocketmq.remoting.protocol.route.BrokerData;

/** Topics that tests make for themselves on a RocketMQ that was there before and stays. */
public final class OutsideTopics implements AutoCloseable {

  private static final long ANSWER_MILLIS_MAX = 10_000;
  private static final int QUEUES = 4;

  private final DefaultMQProducer client;
  private final MQClientAPIImpl api;
  private final Set<String> made = new TreeSet<>();

  @SuppressWarnings("deprecation") // the client's library has no other way to ask a broker
  public OutsideTopics(String namesrv) {
    client = new RocketClients(namesrv).producer("tidegate-tests");
    try {
      client.start();
    } catch (MQClientException e) {
      throw new IllegalStateException(e);
    }
    api = client.getDefaultMQProducerImpl().getMqClientFactory().getMQClientAPIImpl();
  }

  /** Makes what is not there yet, on every master. */
  public synchronized void make(List<String> topics) {
    onMasters((_, address) -> {
      for (String topic : topics) {
        TopicConfig config = new TopicConfig(topic, QUEUES, QUEUES);
        api.createTopic(address, MixAll.DEFAULT_PRODUCER_GROUP, config, ANSWER_MILLIS_MAX);
      }
    });
    made.addAll(topics);
  }

  /** Takes away what was made. */
  @Override
  public synchronized void close() {
    onMasters((cluster, address) -> {
      for (String topic : made) {
        try {
          api.deleteTopicInBroker(address, topic, ANSWER_MILLIS_MAX);
        } catch (MQClientException e) {
          // A broker that keeps no timers has taken it away, and fails to count what was timed.
        }
        api.deleteTopicInNameServer(client.getNamesrvAddr(), cluster, topic, ANSWER_MILLIS_MAX);
      }
    });
    RocketClients.shutdown(client::shutdown);
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
