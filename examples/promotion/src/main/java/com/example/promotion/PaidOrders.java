package com.example.promotion;

import java.io.PrintStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageExt;
import tools.jackson.databind.json.JsonMapper;

/**
 * The subscription: paid orders from the first that the broker has, and replays for this group
 * beside them. Messages come at least once and in no promised order.
 */
final class PaidOrders implements AutoCloseable {
  private static final String TYPE = "order.paid.v1";
  private static final String TOPIC = "tidegate-order";
  private static final String REPLAYS = "tidegate-replay-";

  /** Each by itself: a message that can't be read holds up no other. */
  private static final int MESSAGES_A_BATCH_MAX = 1;

  /** A replay's topic is made with the first replay; until then nobody has it. */
  private static final int TOPICS_POLL_MILLIS = 2_000;

  /** Then the client gives up on a message, and the broker keeps it in %DLQ%GROUP. */
  private static final int TRIES_MAX = 16;

  private final Release release;
  private final AwardBook book;
  private final PrintStream out;
  private final DefaultMQPushConsumer client;

  PaidOrders(Release release, String namesrv, AwardBook book, PrintStream out) {
    this.release = release;
    this.book = book;
    this.out = out;
    client = new DefaultMQPushConsumer(release.group());
    client.setNamesrvAddr(namesrv);
    client.setVipChannelEnabled(false);
    client.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    client.setConsumeMessageBatchMaxSize(MESSAGES_A_BATCH_MAX);
    client.setPollNameServerInterval(TOPICS_POLL_MILLIS);
    client.setMaxReconsumeTimes(TRIES_MAX);
    client.registerMessageListener(
        (MessageListenerConcurrently) (messages, context) -> hear(messages));
  }

  void start() throws MQClientException {
    client.subscribe(TOPIC, TYPE);
    client.subscribe(REPLAYS + release.group(), TYPE);
    client.start();
  }

  /** Acknowledged when what follows from it is on the disk, else it comes again. */
  ConsumeConcurrentlyStatus hear(List<MessageExt> messages) {
    try {
      List<Award> awards = new ArrayList<>();
      for (MessageExt message : messages) {
        awards.add(release.award(JsonMapper.shared().readTree(message.getBody())));
      }
      List<Award> fresh = book.write(awards);
      for (Award award : awards) {
        String what = fresh.remove(award) ? "awarded " : "again ";
        out.println(what + award.order() + " " + award.points());
      }
      return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
    } catch (SQLException | RuntimeException e) {
      out.println("later " + e);
      return ConsumeConcurrentlyStatus.RECONSUME_LATER;
    }
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
