package io.tidegate.platform.http;

/** Some routes that belong together. */
@FunctionalInterface
public interface Routes {
  /** Adds the routes to the router. */
  void register(Router router);
}
