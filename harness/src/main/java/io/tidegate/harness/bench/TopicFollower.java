package io.tidegate.harness.bench;

import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageExt;

/** A team whose group subscribes to the topic of orders, as any RocketMQ client does. */
final class TopicFollower implements AutoCloseable {
  static {
    // Read once, when the client's first class is loaded; else it logs to the user's home folder.
    System.setProperty("rmq.logback.configurationFile", "rocketmq-client-logback.xml");
  }

  private static final String TOPIC = "tidegate-order";
  private static final String PLACED = "order.placed.v1";

  private final DefaultMQPushConsumer client;
  private final Heard heard = new Heard();

  private TopicFollower(String namesrv) {
    String group = "bench-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    client = new DefaultMQPushConsumer(group);
    client.setNamesrvAddr(namesrv);
    client.setVipChannelEnabled(false);
    client.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    client.registerMessageListener(
        (MessageListenerConcurrently)
            (messages, _) -> {
              Instant arrived = Instant.now();
              for (MessageExt message : messages) {
                heard.event(
                    message.getUserProperty("ce_id"),
                    Instant.parse(message.getUserProperty("ce_time")),
                    arrived);
              }
              return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
            });
  }

  /** Follows what was told and will be: it is there before anything counts. */
  static TopicFollower start(String namesrv) throws BenchFailure {
    TopicFollower follower = new TopicFollower(namesrv);
    try {
      follower.client.subscribe(TOPIC, PLACED);
      follower.client.start();
      return follower;
    } catch (MQClientException e) {
      throw new BenchFailure("the broker does not answer: " + e.getErrorMessage(), e);
    }
  }

  Heard heard() {
    return heard;
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
