package io.tidegate.shop.notification;

/** How a message reaches its customer. */
public enum Channel {
  /** The customer's app, by user id. */
  PUSH("push"),
  /** The phone of the order's consignee. */
  SMS("sms");

  private final String code;

  Channel(String code) {
    this.code = code;
  }

  /** As it is stored and told outside. */
  public String code() {
    return code;
  }

  static Channel of(String code) {
    for (Channel channel : values()) {
      if (channel.code.equals(code)) {
        return channel;
      }
    }
    throw new IllegalArgumentException("no channel: " + code);
  }
}
