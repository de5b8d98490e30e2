package io.tidegate.platform.messaging;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageConst;

/** What others see of an event beside its data: its topic, and its message's user properties. */
public final class EventHeaders {

  private static final Set<String> ROCKETMQ_OWN =
      Set.of(
          MessageConst.PROPERTY_KEYS,
          MessageConst.PROPERTY_TAGS,
          MessageConst.PROPERTY_WAIT_STORE_MSG_OK);

  private EventHeaders() {}

  /** The topic that an event is published on. */
  public static String topic(String prefix, LoggedEvent event) {
    return new Topics(prefix).of(event.type());
  }

  /** As the relay writes them. */
  public static Map<String, String> of(String source, LoggedEvent event) {
    Message message = Envelope.message("any", source, event);
    Map<String, String> headers = new TreeMap<>(message.getProperties());
    headers.keySet().removeAll(ROCKETMQ_OWN);
    return headers;
  }
}
