package io.tidegate.platform.messaging;

import io.tidegate.platform.http.JsonWriter;

/** Events as CloudEvents 1.0 in structured mode, with the attributes that their messages have. */
public final class CloudEventJson implements FeedEvent.Form {

  private static final int ATTRIBUTES_BYTES = 400;

  private final String source;

  /**
   * @param source the same as in messages
   */
  public CloudEventJson(String source) {
    this.source = source;
  }

  /** The source that all have. */
  public String source() {
    return source;
  }

  @Override
  public byte[] write(LoggedEvent event) {
    String key = Long.toString(event.key());
    JsonWriter json =
        new JsonWriter(ATTRIBUTES_BYTES + event.data().length)
            .beginObject()
            .field("specversion", "1.0")
            .field("id", Long.toString(event.position()))
            .field("source", source)
            .field("type", event.type())
            .field("subject", key)
            .field("time", event.time().toString())
            .field("partitionkey", key)
            .field("sequence", event.sequence());
    if (!event.traceparent().isEmpty()) {
      json.field("traceparent", event.traceparent());
    }
    return json.field("datacontenttype", "application/json")
        .name("data")
        .raw(event.data())
        .endObject()
        .toBytes();
  }
}
