package io.tidegate.platform.http;

import java.util.TreeMap;

/** {@code /health/live} and {@code /health/ready}. */
public final class HealthRoutes implements Routes {
  private final ReadyCheck check;

  public HealthRoutes(ReadyCheck check) {
    this.check = check;
  }

  @Override
  public void register(Router router) {
    router.get("/health/live", Access.open(), _ -> live());
    router.get("/health/ready", Access.open(), _ -> ready());
  }

  private static Reply live() {
    return Reply.json(200, json -> json.beginObject().field("api", "up").endObject())
        .header("Cache-Control", "no-store");
  }

  private Reply ready() {
    ReadyCheck.Readiness now = check.check();
    return Reply.json(
            now.ready() ? 200 : 503,
            json -> {
              json.beginObject();
              new TreeMap<>(now.parts())
                  .forEach((part, up) -> json.field(part, up ? "up" : "down"));
              json.endObject();
            })
        .header("Cache-Control", "no-store");
  }
}
