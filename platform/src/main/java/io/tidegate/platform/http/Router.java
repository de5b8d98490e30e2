package io.tidegate.platform.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The routes of a server, as a tree of path segments.
 *
 * <p>A literal segment wins over a parameter. Not to be changed once the server takes requests.
 */
public final class Router {
  /** More segments than any template has are not looked at. */
  static final int SEGMENTS_MAX = 16;

  private final Node root;
  private final List<Route> routes;
  private final Wrapping wrapping;

  /** Makes of a route's handler what handles its requests. */
  @FunctionalInterface
  public interface Wrapping {
    Handler wrap(String method, String template, Handler handler);
  }

  public Router() {
    this(new Node(), new ArrayList<>(), (_, _, handler) -> handler);
  }

  private Router(Node root, List<Route> routes, Wrapping wrapping) {
    this.root = root;
    this.routes = routes;
    this.wrapping = wrapping;
  }

  /** The same routes; those that are registered through it are wrapped. */
  public Router wrapping(Wrapping wrapping) {
    return new Router(root, routes, wrapping);
  }

  public Route get(String template, Access access, Handler handler) {
    return add("GET", template, access, handler);
  }

  public Route post(String template, Access access, Handler handler) {
    return add("POST", template, access, handler);
  }

  public Route put(String template, Access access, Handler handler) {
    return add("PUT", template, access, handler);
  }

  public Route patch(String template, Access access, Handler handler) {
    return add("PATCH", template, access, handler);
  }

  public Route delete(String template, Access access, Handler handler) {
    return add("DELETE", template, access, handler);
  }

  /** All routes, in the order they were registered. */
  public List<Route> templates() {
    return List.copyOf(routes);
  }

  private Route add(String method, String template, Access access, Handler handler) {
    if (!template.startsWith("/")) {
      throw new IllegalArgumentException("a template begins with /: " + template);
    }
    var parameters = new ArrayList<String>();
    Node node = root;
    List<String> segments = segments(template);
    if (segments == null) {
      throw new IllegalArgumentException("a template has too many segments: " + template);
    }
    for (String segment : segments) {
      if (segment.startsWith("{") && segment.endsWith("}")) {
        parameters.add(segment.substring(1, segment.length() - 1));
        node = node.parameter();
      } else {
        node = node.literals.computeIfAbsent(segment, _ -> new Node());
      }
    }
    Handler wrapped = wrapping.wrap(method, template, handler);
    var route = new Route(method, template, access, wrapped, List.copyOf(parameters));
    if (node.byMethod.putIfAbsent(method, route) != null) {
      throw new IllegalArgumentException("two routes are registered for " + route);
    }
    routes.add(route);
    return route;
  }

  /** What is registered for a path. */
  sealed interface Match {
    /** The route, and the raw values of its parameters. */
    record Found(Route route, List<String> values) implements Match {}

    /** The path is known, the method is not. */
    record WrongMethod(String allow) implements Match {}

    /** No route has this path. */
    enum Unknown implements Match {
      INSTANCE
    }
  }

  Match match(String method, String path) {
    List<String> segments = segments(path);
    if (segments == null) {
      return Match.Unknown.INSTANCE;
    }
    var values = new ArrayList<String>(2);
    Node node = find(root, segments, 0, values);
    if (node == null) {
      return Match.Unknown.INSTANCE;
    }
    Route route = node.byMethod.get(method.equals("HEAD") ? "GET" : method);
    if (route == null) {
      return new Match.WrongMethod(String.join(", ", new TreeSet<>(node.byMethod.keySet())));
    }
    return new Match.Found(route, values);
  }

  private static @Nullable Node find(
      Node node, List<String> segments, int index, List<String> values) {
    if (index == segments.size()) {
      return node.byMethod.isEmpty() ? null : node;
    }
    String segment = segments.get(index);
    Node literal = node.literals.get(segment);
    if (literal != null) {
      Node found = find(literal, segments, index + 1, values);
      if (found != null) {
        return found;
      }
    }
    Node parameter = node.parameter;
    if (parameter == null || segment.isEmpty()) {
      return null;
    }
    values.add(segment);
    Node found = find(parameter, segments, index + 1, values);
    if (found == null) {
      values.removeLast();
    }
    return found;
  }

  /** The parts between the slashes; null when there are too many. */
  private static @Nullable List<String> segments(String path) {
    var segments = new ArrayList<String>(6);
    int from = 1;
    while (from <= path.length()) {
      if (segments.size() == SEGMENTS_MAX) {
        return null;
      }
      int to = path.indexOf('/', from);
      if (to < 0) {
        to = path.length();
      }
      segments.add(path.substring(from, to));
      from = to + 1;
    }
    return segments;
  }

  private static final class Node {
    private final Map<String, Node> literals = new HashMap<>();
    private final Map<String, Route> byMethod = new HashMap<>();
    private @Nullable Node parameter;

    private Node parameter() {
      Node next = parameter;
      if (next == null) {
        next = new Node();
        parameter = next;
      }
      return next;
    }
  }
}
