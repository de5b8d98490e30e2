package io.tidegate.shop.reporting;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.Consignee;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.customer.InvoiceJson;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.ArchivedOrders;
import io.tidegate.shop.payment.Capture;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Archived orders, for whoever takes requests: what is there is known from memory, documents come
 * from the reports process, and the people in them from the database.
 */
public final class ArchiveService implements ArchivedOrders {

  private final ArchiveMonths months;
  private final ArchiveClient client;
  private final ConsigneeStore consignees;
  private final ArchiveWordsStore words;
  private final LateNoticeStore late;

  public ArchiveService(
      ArchiveMonths months,
      ArchiveClient client,
      ConsigneeStore consignees,
      ArchiveWordsStore words,
      LateNoticeStore late) {
    this.months = months;
    this.client = client;
    this.consignees = consignees;
    this.words = words;
    this.late = late;
  }

  /** An archived order of a customer; another's is as if it didn't exist (C5). */
  Optional<ArchiveClient.Archived> find(OrderNumber number, long userId) {
    return find(number).filter(order -> order.userId() == userId);
  }

  Optional<ArchiveClient.Archived> find(OrderNumber number) {
    return months.mayHold(number) ? client.order(number) : Optional.empty();
  }

  /** An order as its page shows it, whoever's it is. */
  public Optional<Document> document(OrderNumber number) {
    return find(number)
        .map(order ->
            new Document(order.userId(), whole(order), order.timeline(), order.tracking()));
  }

  /**
   * An archived order with the people and words that are still kept of it.
   *
   * @param timeline a JSON array, as is tracking
   */
  public record Document(long userId, byte[] json, String timeline, String tracking) {}

  byte[] whole(ArchiveClient.Archived order) {
    String text = withWords(order.number(), order.document());
    Optional<Consignee> person = consignees.find(order.number().value());
    if (person.isEmpty()) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    JsonWriter json = new JsonWriter(512).beginObject();
    Address address = person.get().address();
    json.name("address")
        .beginObject()
        .field("name", address.name())
        .field("phone", address.phone())
        .field("region", address.region())
        .field("line", address.line())
        .endObject();
    InvoiceJson.write(json, person.get().invoice());
    String members = new String(json.endObject().toBytes(), StandardCharsets.UTF_8);
    // "{...}" and "{...}": the first one's last brace becomes a comma.
    return (text.substring(0, text.length() - 1) + "," + members.substring(1))
        .getBytes(StandardCharsets.UTF_8);
  }

  private String withWords(OrderNumber number, String document) {
    if (!ArchiveWordsText.hasMarks(document)) {
      return document;
    }
    return ArchiveWordsText.fill(document, words.ofOrders(List.of(number.value())));
  }

  @Override
  public long top() {
    return months.top();
  }

  @Override
  public boolean holds(OrderNumber number) {
    return months.isRetired(number);
  }

  @Override
  public List<Row> mine(Wanted wanted) {
    ArchiveReader.Ask ask =
        new ArchiveReader.Ask(
            wanted.userId(),
            wanted.below(),
            wanted.above(),
            wanted.most(),
            wanted.status() == null ? "" : wanted.status().wire(),
            wanted.text());
    return client.mine(ask).stream()
        .map(row ->
            new Row(new OrderNumber(row.number()), row.summary().getBytes(StandardCharsets.UTF_8)))
        .toList();
  }

  @Override
  public Optional<StaffRow> row(OrderNumber number) {
    return find(number)
        .map(order ->
            new StaffRow(
                new Row(number, order.summary().getBytes(StandardCharsets.UTF_8)),
                order.userId(),
                order.state()));
  }

  @Override
  public void noteLate(Capture capture) {
    late.add(capture);
  }
}
