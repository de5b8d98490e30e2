package io.tidegate.harness.simulators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Carrier, warehouse and message gateway: idempotent, moving on by themselves, failing as told. */
final class GoodsTest {
  private static final String WAYBILL =
      "{\"shipment\":\"S1\",\"carrier\":\"sf\",\"fromRegion\":\"330106\",\"toRegion\":\"110105\"}";
  private static final String SHIPMENT =
      "{\"shipment\":\"S1\",\"warehouse\":\"hz\",\"items\":[{\"sku\":\"A-1\",\"quantity\":2}]}";

  private final Path data;
  private Simulators simulators;
  private Merchant client;

  GoodsTest(@TempDir Path data) throws IOException {
    this.data = data;
    this.simulators = Simulators.start(SandboxTest.options(data));
    this.client = new Merchant(simulators.url());
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    simulators.close();
  }

  private void restart() throws IOException {
    stop();
    simulators = Simulators.start(SandboxTest.options(data));
    client = new Merchant(simulators.url());
  }

  @Test
  void a_parcel_travels_and_keeps_its_waybill() throws Exception {
    Merchant.Reply first = client.plain("POST", "/carrier/waybills", WAYBILL);
    assertThat(first.status()).isEqualTo(201);
    restart();
    Merchant.Reply again = client.plain("POST", "/carrier/waybills", WAYBILL);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.at("waybill")).isEqualTo(first.at("waybill"));
    String path = "/carrier/waybills/" + first.at("waybill");
    await()
        .atMost(Merchant.PATIENCE)
        .until(() -> client.plain("GET", path, "").json().get("events").size() == 4);
    assertThat(client.plain("GET", path, "").json().at("/events/3/status").stringValue())
        .isEqualTo("delivered");
    assertThat(client.plain("GET", "/carrier/waybills/W9", "").status()).isEqualTo(404);
    assertThat(client.plain("POST", "/carrier/waybills", "{\"shipment\":\"S2\"}").status())
        .isEqualTo(400);
    client.plain("PUT", "/faults/carrier", "{\"mode\":\"refuse\"}");
    assertThat(client.plain("POST", "/carrier/waybills", WAYBILL).status()).isEqualTo(422);
  }

  @Test
  void a_shipment_is_packed_unless_it_is_stopped_before() throws Exception {
    assertThat(client.plain("POST", "/warehouse/shipments", SHIPMENT).status()).isEqualTo(202);
    restart();
    assertThat(client.plain("POST", "/warehouse/shipments", SHIPMENT).status()).isEqualTo(202);
    await()
        .atMost(Merchant.PATIENCE)
        .until(
            () -> client.plain("GET", "/warehouse/shipments/S1", "").at("state").equals("packed"));
    Merchant.Reply late = client.plain("DELETE", "/warehouse/shipments/S1", "");
    assertThat(late.status()).isEqualTo(409);
    assertThat(late.at("state")).isEqualTo("packed");
    client.plain("POST", "/warehouse/shipments", SHIPMENT.replace("S1", "S2"));
    assertThat(client.plain("DELETE", "/warehouse/shipments/S2", "").at("state"))
        .isEqualTo("cancelled");
    assertThat(client.plain("DELETE", "/warehouse/shipments/S2", "").status()).isEqualTo(200);
    assertThat(client.plain("DELETE", "/warehouse/shipments/S3", "").status()).isEqualTo(404);
    Merchant.Reply wrong =
        client.plain("POST", "/warehouse/shipments", SHIPMENT.replace(":2}", ":0}"));
    assertThat(wrong.text()).contains("/items/0/quantity");
  }

  @Test
  void a_message_counts_once() throws Exception {
    String message =
        "{\"message\":\"M1\",\"channel\":\"sms\",\"to\":\"13800000000\",\"text\":\"paid\"}";
    assertThat(client.plain("POST", "/sms/messages", message).status()).isEqualTo(202);
    assertThat(client.plain("POST", "/sms/messages", message).status()).isEqualTo(202);
    assertThat(client.plain("GET", "/sms/messages", "").json().get("messages").intValue())
        .isEqualTo(1);
    assertThat(client.plain("POST", "/sms/messages", message.replace("sms", "fax")).status())
        .isEqualTo(400);
  }
}
