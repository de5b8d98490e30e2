package io.tidegate.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.testing.OpenApiContract;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Each planted mismatch between server and document must be told. */
class OpenApiContractTest {
  private static final OpenApiContract CONTRACT =
      new OpenApiContract(
          """
          {"openapi":"3.1.0","paths":{
            "/good":{"get":{"responses":{
              "200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Good"}}}}}}},
            "/more":{"get":{"responses":{
              "200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Good"}}}}}}},
            "/bad":{"get":{"responses":{
              "200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Good"}}}}}}},
            "/missing":{"get":{"responses":{"404":{"$ref":"#/components/responses/NotFound"}}}},
            "/forgotten":{"post":{"responses":{}}}},
           "components":{
            "schemas":{"Good":{"type":"object","required":["n"],
              "properties":{"n":{"$ref":"#/components/schemas/N"}}},"N":{"type":"integer"}},
            "responses":{"NotFound":{"content":{"application/problem+json":{"schema":
              {"type":"object","required":["code","traceId"]}}}}}}}
          """
              .getBytes(StandardCharsets.UTF_8));
  private static final TestServer SERVER =
      new TestServer(router -> {
        router.get("/good", Access.open(), _ -> Reply.json(200, j -> n(j, "n")));
        router.get("/more", Access.open(), _ -> Reply.json(200, OpenApiContractTest::more));
        router.get("/bad", Access.open(), _ -> Reply.json(200, j -> n(j, "m")));
        router.get(
            "/missing",
            Access.open(),
            _ -> {
              throw Problem.notFound();
            });
        router.get("/unlisted", Access.open(), _ -> Reply.noContent());
      });

  private static void n(JsonWriter json, String name) {
    json.beginObject().field(name, 1).endObject();
  }

  /** What the document has, and what it does not know. */
  private static void more(JsonWriter json) {
    json.beginObject().field("n", 1).field("m", 1).endObject();
  }

  @AfterAll
  static void close() {
    SERVER.close();
  }

  @Test
  void routesThatOneSideLacksAreTold() {
    assertThat(CONTRACT.differences(SERVER.server.routes()))
        .containsExactly("not in the document: GET /unlisted", "not served: POST /forgotten");
  }

  @Test
  void responsesAreHeldAgainstTheirSchemas() {
    assertThat(CONTRACT.violations("GET", "/good", SERVER.get("/good"))).isEmpty();
    assertThat(CONTRACT.violations("GET", "/missing", SERVER.get("/missing"))).isEmpty();
    assertThat(CONTRACT.violations("GET", "/bad", SERVER.get("/bad"))).hasSize(1);
    assertThat(CONTRACT.violations("GET", "/more", SERVER.get("/more")))
        .containsExactly("/m is not described");
    assertThat(CONTRACT.violations("GET", "/good", SERVER.get("/missing")))
        .containsExactly("GET /good does not describe status 404");
    assertThat(CONTRACT.violations("GET", "/unlisted", SERVER.get("/unlisted")))
        .containsExactly("GET /unlisted is not in the document");
  }
}
