package io.tidegate.platform.http;

import java.util.function.Supplier;

/** One JSON document at one path, such as an API description or the public keys. */
public final class DocumentRoutes implements Routes {
  private final String path;
  private final Supplier<byte[]> json;

  public DocumentRoutes(String path, Supplier<byte[]> json) {
    this.path = path;
    this.json = json;
  }

  @Override
  public void register(Router router) {
    router.get(path, Access.open(), _ -> Reply.json(200, json.get()));
  }
}
