package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tidegate.platform.messaging.LoggedEvent;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The schemas that are served, each alone, against what is written into the log. */
class EventSchemasTest {

  private static final JsonMapper JSON = JsonMapper.shared();

  @Test
  void eachTypeHasASchemaThatStandsAlone(@TempDir Path data) throws Exception {
    try (EveryEvent shop = new EveryEvent(data);
        ContractClient client = new ContractClient()) {
      Set<String> types = new TreeSet<>();
      for (JsonNode each : JSON.readTree(get(client, shop, "/schemas", "").body()).path("data")) {
        String type = each.path("type").asString("");
        types.add(type);
        JsonNode schema = schema(client, shop, type);
        assertThat(schema.path("$id").asString("")).isEqualTo("urn:tidegate:event:" + type);
        assertThat(schema.toString()).doesNotContain("#/components/");
        assertThat(compiled(schema).validate(JSON.createObjectNode())).as(type).isNotEmpty();
      }
      assertThat(types).isEqualTo(AsyncApiContract.served().types());
      assertThat(get(client, shop, "/schemas/{type}", "order.paid.v9").statusCode()).isEqualTo(404);

      shop.refunds().aRefundIsRefused();
      for (LoggedEvent event : shop.log()) {
        Schema schema = compiled(schema(client, shop, event.type()));
        JsonNode told = JSON.readTree(event.data());
        assertThat(schema.validate(told)).as(event.type()).isEmpty();
        if (told.has("number")) {
          ObjectNode wrong = ((ObjectNode) told).put("number", 1);
          assertThat(schema.validate(wrong)).as(event.type()).isNotEmpty();
        }
      }
    }
  }

  private static JsonNode schema(ContractClient client, EveryEvent shop, String type)
      throws Exception {
    HttpResponse<String> answer = get(client, shop, "/schemas/{type}", type);
    assertThat(answer.statusCode()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static HttpResponse<String> get(
      ContractClient client, EveryEvent shop, String template, String type) throws Exception {
    URI address = shop.base().resolve(template.replace("{type}", type));
    return client.send("GET", template, address, shop.staffToken(), "");
  }

  private static Schema compiled(JsonNode schema) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schema);
  }
}
