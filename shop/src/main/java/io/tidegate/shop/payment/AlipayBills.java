package io.tidegate.shop.payment;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.OutboundAnswer;
import io.tidegate.platform.http.OutboundProvider;
import io.tidegate.shop.payment.AlipayGateway.Said;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Alipay's statements: a day's trades as a file in a ZIP, at an address that lives for half a
 * minute. Its days are Beijing's.
 */
public final class AlipayBills implements StatementSource {

  private final AlipayGateway gateway;

  public AlipayBills(OutboundProvider calls, AlipayAccount account, InstantSource clock) {
    this.gateway = new AlipayGateway(calls, account, clock);
  }

  @Override
  public String provider() {
    return AlipayClient.NAME;
  }

  @Override
  public void fetch(LocalDate day, ZoneId zone, Consumer<StatementLine> each) {
    Instant from = day.atStartOfDay(zone).toInstant();
    Instant until = day.plusDays(1).atStartOfDay(zone).toInstant();
    LocalDate first = LocalDate.ofInstant(from, AlipayGateway.ZONE);
    LocalDate last = LocalDate.ofInstant(until.minusNanos(1), AlipayGateway.ZONE);
    for (LocalDate bill = first; !bill.isAfter(last); bill = bill.plusDays(1)) {
      read(
          address(bill),
          line -> {
            if (!line.at().isBefore(from) && line.at().isBefore(until)) {
              each.accept(line);
            }
          });
    }
  }

  private URI address(LocalDate bill) {
    JsonWriter content =
        new JsonWriter(64)
            .beginObject()
            .field("bill_type", "trade")
            .field("bill_date", bill.toString())
            .endObject();
    Said said =
        gateway.call(
            "alipay.data.dataservice.bill.downloadurl.query",
            new String(content.toBytes(), StandardCharsets.UTF_8));
    return switch (said) {
      case Said.Told told when told.isSuccess() -> uri(told.text("bill_download_url"));
      case Said.Told told -> throw new Unavailable(told.code() + " " + told.subCode());
      case Said.Nothing(String why) -> throw new Unavailable(why);
    };
  }

  private static URI uri(String text) {
    try {
      URI address = URI.create(text);
      if (address.getHost() != null) {
        return address;
      }
    } catch (IllegalArgumentException _) {
      // told below
    }
    throw new Unavailable("an answer without an address");
  }

  private void read(URI address, Consumer<StatementLine> each) {
    AtomicBoolean found = new AtomicBoolean();
    OutboundAnswer answer;
    try {
      answer = gateway.read(address, in -> found.set(unpack(in, each)));
    } catch (StatementText.Malformed e) {
      throw new Unavailable("unreadable: " + e.getMessage());
    }
    switch (answer) {
      case OutboundAnswer.Answered answered when answered.status() == 200 -> {
        if (!found.get()) {
          throw new Unavailable("unreadable: no file of trades in it");
        }
      }
      case OutboundAnswer.Answered answered -> throw new Unavailable("status " + answered.status());
      case OutboundAnswer.NotSent(var why) -> throw new Unavailable("not sent: " + why);
      case OutboundAnswer.Unknown(var why) -> throw new Unavailable("broken off: " + why);
    }
  }

  /** The file with the sums beside the trades says nothing that the trades don't. */
  private static boolean unpack(InputStream in, Consumer<StatementLine> each) throws IOException {
    boolean found = false;
    try (ZipInputStream zip = new ZipInputStream(in, AlipayBillText.CHARSET)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (!entry.isDirectory() && !entry.getName().contains(AlipayBillText.SUMS)) {
          AlipayBillText.read(zip, each);
          found = true;
        }
      }
    }
    return found;
  }
}
