package io.tidegate.platform.http;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** One registered route: a method, a path template, who may use it and what it does. */
public final class Route {
  private final String method;
  private final String template;
  private final Access access;
  private final Handler handler;
  private final List<String> parameters;
  private Set<String> query = Set.of();

  Route(String method, String template, Access access, Handler handler, List<String> parameters) {
    this.method = method;
    this.template = template;
    this.access = access;
    this.handler = handler;
    this.parameters = parameters;
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

  /** GET, POST, PUT or DELETE. */
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

  Set<String> query() {
    return query;
  }

  int parameterIndex(String name) {
    return parameters.indexOf(name);
  }

  @Override
  public String toString() {
    return method + " " + template;
  }
}
