package io.tidegate.platform.http;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One registered route: a method, a path template, who may use it and what it does. */
public final class Route {
  private final String method;
  private final String template;
  private final Access access;
  private final Handler handler;
  private final List<String> parameters;
  private final String name;
  private Set<String> query = Set.of();
  private @Nullable Early early;
  private @Nullable Bulkhead bulkhead;

  Route(String method, String template, Access access, Handler handler, List<String> parameters) {
    this.method = method;
    this.template = template;
    this.access = access;
    this.handler = handler;
    this.parameters = parameters;
    this.name = method + " " + template;
  }

  /** Declares the query parameters that this route knows; any other one is a 400. */
  public Route query(String... names) {
    var all = new TreeSet<String>(query);
    all.addAll(List.of(names));
    query = Set.copyOf(all);
    return this;
  }

  /** Declares {@code limit} and {@code after}, for lists in pages. */
  public Route paged() {
    return query("limit", "after");
  }

  /** Has its requests looked at before anything is spent on them. */
  public Route early(Early look) {
    early = look;
    return this;
  }

  /** Bounds its requests by a number of their own; the server's bound doesn't count them. */
  public Route bulkhead(Bulkhead own) {
    bulkhead = own;
    return this;
  }

  /** GET, POST, PUT, PATCH or DELETE. */
  public String method() {
    return method;
  }

  /** The path, with parameters such as {@code /v1/things/{id}}. */
  public String template() {
    return template;
  }

  /** Who may use it. */
  public Access access() {
    return access;
  }

  Handler handler() {
    return handler;
  }

  @Nullable Early early() {
    return early;
  }

  @Nullable Bulkhead bulkhead() {
    return bulkhead;
  }

  Set<String> query() {
    return query;
  }

  int parameterIndex(String name) {
    return parameters.indexOf(name);
  }

  @Override
  public String toString() {
    return name;
  }
}
