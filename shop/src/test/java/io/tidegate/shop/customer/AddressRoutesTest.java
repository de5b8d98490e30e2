package io.tidegate.shop.customer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.http.Cursors;
import io.tidegate.shop.testing.ShopDatabase;
import io.tidegate.shop.testing.ShopServer;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The address book over HTTP. */
class AddressRoutesTest {

  private static final String GOOD =
      """
      {"name":"王小明","phone":"13800138000","region":"330106","line":"文三路 1 号"}\
      """;

  private static ShopDatabase shop;
  private static ShopServer server;

  @BeforeAll
  static void open() {
    shop = new ShopDatabase();
    server =
        new ShopServer(
            new AddressRoutes(
                new AddressStore(shop.database()),
                Regions.all()::isDistrict,
                new Cursors(new byte[16])));
  }

  @AfterAll
  static void close() {
    server.close();
    shop.close();
  }

  @Test
  void anAddressIsAddedReadChangedAndRemoved() {
    HttpResponse<String> added = server.send(1, "POST", "/v1/addresses", GOOD);
    assertThat(added.statusCode()).isEqualTo(201);
    assertThat(added.body()).contains("\"default\":true", "王小明", "\"region\":\"330106\"");
    String path = header(added, "Location");
    String tag = header(added, "ETag");
    HttpResponse<String> read = server.get(1, path);
    assertThat(read.body()).isEqualTo(added.body());
    assertThat(header(read, "ETag")).isEqualTo(tag);
    assertThat(server.send(1, "GET", path, "", "If-None-Match", tag).statusCode()).isEqualTo(304);

    String other = GOOD.replace("王小明", "李雷");
    assertThat(server.send(1, "PUT", path, other).statusCode()).isEqualTo(428);
    HttpResponse<String> changed = server.send(1, "PUT", path, other, "If-Match", tag);
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(changed.body()).contains("李雷", "\"version\":2");
    assertThat(server.send(1, "PUT", path, GOOD, "If-Match", tag).statusCode()).isEqualTo(412);
    assertThat(server.send(1, "DELETE", path, "", "If-Match", tag).statusCode()).isEqualTo(412);
    assertThat(server.send(1, "DELETE", path, "").statusCode()).isEqualTo(204);
    assertThat(server.get(1, path).statusCode()).isEqualTo(404);
  }

  @Test
  void anothersAddressIsA404() {
    HttpResponse<String> mine = server.send(2, "POST", "/v1/addresses", GOOD);
    String path = header(mine, "Location");
    assertThat(server.get(3, path).statusCode()).isEqualTo(404);
    assertThat(server.send(3, "PUT", path, GOOD, "If-Match", "*").statusCode()).isEqualTo(404);
    assertThat(server.send(3, "DELETE", path, "").statusCode()).isEqualTo(404);
    assertThat(server.get(3, "/v1/addresses").body()).isEqualTo("{\"data\":[]}");
    assertThat(server.get(2, path).body()).isEqualTo(mine.body());
  }

  @Test
  void allErrorsAreToldAtOnceAndNoneRepeatsTheValue() {
    HttpResponse<String> answer =
        server.send(
            4,
            "POST",
            "/v1/addresses",
            "{\"name\":\"\",\"phone\":\"138x\",\"region\":\"999999\",\"colour\":1}");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body())
        .contains("\"/name\"", "\"/phone\"", "\"/region\"", "\"/line\"", "\"/colour\"")
        .doesNotContain("138x");
    assertThat(answer.body().split("\"/name\"", -1)).hasSize(2);
  }

  @Test
  void theBookIsReadInPagesAndFullAtItsLimit() {
    for (int i = 0; i < AddressBook.ADDRESSES_MAX; i++) {
      assertThat(server.send(5, "POST", "/v1/addresses", GOOD).statusCode()).isEqualTo(201);
    }
    HttpResponse<String> full = server.send(5, "POST", "/v1/addresses", GOOD);
    assertThat(full.statusCode()).isEqualTo(409);
    assertThat(full.body()).contains("address_limit");
    HttpResponse<String> first = server.get(5, "/v1/addresses?limit=30");
    assertThat(first.body().split("\"phone\"", -1)).hasSize(31);
    String link = header(first, "Link");
    HttpResponse<String> second = server.get(5, link.substring(1, link.indexOf('>')));
    assertThat(second.body().split("\"phone\"", -1)).hasSize(21);
    assertThat(second.body()).doesNotContain("\"next\"");
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElseThrow();
  }
}
