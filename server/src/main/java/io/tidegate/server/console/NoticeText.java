package io.tidegate.server.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A kept notice's fields by name: of a form, or of JSON at whatever depth. */
final class NoticeText {
  private static final JsonMapper JSON = JsonMapper.shared();

  private NoticeText() {}

  /** One field without a name where it is neither, or was cut short. */
  static List<ActDetail.Member> of(String body) {
    if (body.startsWith("{")) {
      try {
        if (JSON.readTree(body) instanceof ObjectNode object) {
          List<ActDetail.Member> members = new ArrayList<>();
          members("", object, members);
          return List.copyOf(members);
        }
      } catch (JacksonException _) {
        // Too long to be kept whole: shown as it is.
      }
    } else if (body.indexOf('=') > 0 && !body.startsWith("(")) {
      List<ActDetail.Member> members = new ArrayList<>();
      for (String field : body.split("&", -1)) {
        int equals = field.indexOf('=');
        members.add(
            equals < 0
                ? new ActDetail.Member("", field)
                : new ActDetail.Member(field.substring(0, equals), field.substring(equals + 1)));
      }
      return List.copyOf(members);
    }
    return List.of(new ActDetail.Member("", body));
  }

  private static void members(String under, ObjectNode object, List<ActDetail.Member> members) {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      String name = under + member.getKey();
      if (member.getValue() instanceof ObjectNode inner) {
        members(name + ".", inner, members);
      } else {
        members.add(new ActDetail.Member(name, member.getValue().asString("")));
      }
    }
  }
}
