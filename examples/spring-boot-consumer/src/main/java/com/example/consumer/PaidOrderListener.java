package com.example.consumer;

import java.util.List;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageExt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The subscription to the shop's topic, from the first message that the broker has, and to this
 * group's replays. Started and stopped with the application.
 */
@Component
class PaidOrderListener implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(PaidOrderListener.class);
  private static final String TOPIC = "tidegate-order";
  private static final String REPLAYS = "tidegate-replay-";

  private final PaidOrders orders;
  private final JsonMapper json;
  private final ShopSettings settings;
  private DefaultMQPushConsumer client;

  PaidOrderListener(PaidOrders orders, JsonMapper json, ShopSettings settings) {
    this.orders = orders;
    this.json = json;
    this.settings = settings;
  }

  @Override
  public void start() {
    if (settings.namesrv().isEmpty()) {
      return;
    }
    DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(settings.group());
    consumer.setNamesrvAddr(settings.namesrv());
    consumer.setVipChannelEnabled(false);
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    consumer.registerMessageListener(
        (MessageListenerConcurrently) (messages, context) -> hear(messages));
    try {
      consumer.subscribe(TOPIC, PaidOrders.TYPE);
      consumer.subscribe(REPLAYS + settings.group(), PaidOrders.TYPE);
      consumer.start();
    } catch (MQClientException e) {
      throw new IllegalStateException("RocketMQ at " + settings.namesrv(), e);
    }
    client = consumer;
  }

  /** Acknowledged once committed; what fails comes again, and in the end is %DLQ%GROUP's. */
  ConsumeConcurrentlyStatus hear(List<MessageExt> messages) {
    for (MessageExt message : messages) { // one by default
      String id = message.getUserProperty("ce_id");
      try {
        PaidOrders.Heard heard =
            orders.hear(
                new ShopEvent(
                    message.getUserProperty("ce_source"),
                    id,
                    message.getUserProperty("ce_type"),
                    json.readTree(message.getBody())));
        log.info("message {}: {}", id, heard);
      } catch (RuntimeException e) {
        log.warn("message {} comes again: {}", id, e.toString());
        return ConsumeConcurrentlyStatus.RECONSUME_LATER;
      }
    }
    return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
  }

  @Override
  public void stop() {
    client.shutdown();
    client = null;
  }

  @Override
  public boolean isRunning() {
    return client != null;
  }
}
