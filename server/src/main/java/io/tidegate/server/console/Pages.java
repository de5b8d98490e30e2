package io.tidegate.server.console;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Handler;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Route;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.identity.Caller;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renders pages in their frame, for those who may see them; errors are pages too. */
final class Pages {
  private static final Logger log = LoggerFactory.getLogger(Pages.class);

  private static final String POLICY =
      "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
          + " form-action 'self'; frame-ancestors 'none'";
  private static final int PAGE_CHARS_GUESS = 16_384;
  private static final List<Integer> TOLD = List.of(400, 403, 404, 405, 413, 415, 429, 503);

  private final TemplateEngine engine =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, Pages.class.getClassLoader(), Pages.class.getPackageName());
  private final Assets assets;
  private final Visitors visitors;
  private final ZoneId zone;
  private final InstantSource clock;

  Pages(Assets assets, Visitors visitors, ZoneId zone, InstantSource clock) {
    this.assets = assets;
    this.visitors = visitors;
    this.zone = zone;
    this.clock = clock;
  }

  ZoneId zone() {
    return zone;
  }

  /** Answers a request of a visitor. */
  @FunctionalInterface
  interface Page {
    Reply show(Request request, Visitor visitor) throws Exception;
  }

  /** Answers a request of a member of the staff. */
  @FunctionalInterface
  interface StaffPage {
    Reply show(Request request, Visitor visitor, Caller member) throws Exception;
  }

  /** A page for everybody. */
  Handler open(Page page) {
    return request -> {
      Visitor visitor = visitors.of(request);
      return finish(visitor, answer(request, visitor, page));
    };
  }

  /** A page of a section, for those who may see it; others sign in first. */
  Handler of(Section section, StaffPage page) {
    return open((request, visitor) -> {
      Caller member = visitor.staff();
      if (member == null) {
        return toSignIn(request);
      }
      if (!section.allows(member)) {
        throw Problem.forbidden();
      }
      return page.show(request, visitor, member);
    });
  }

  /** A form of a section: as its pages, and only from a page of ours. */
  Handler form(Section section, StaffPage page) {
    return of(
        section,
        (request, visitor, member) -> {
          requireOurs(request, visitor);
          return page.show(request, visitor, member);
        });
  }

  /**
   * A form of a section that not all who see its pages may send.
   *
   * @param senders the roles that may, as the API has them
   */
  Handler form(Section section, Access senders, StaffPage page) {
    return form(
        section,
        (request, visitor, member) -> {
          if (!senders.allows(member)) {
            throw Problem.forbidden();
          }
          return page.show(request, visitor, member);
        });
  }

  void requireOurs(Request request, Visitor visitor) {
    if (!visitors.isOurs(visitor, request.form())) {
      throw Problem.forbidden("form_not_ours", "The form is too old or was not given by us");
    }
  }

  Route get(Router router, String template, Handler handler) {
    return router.get(template, Access.open(), handler);
  }

  Route post(Router router, String template, Handler handler) {
    return router.post(template, Access.open(), handler);
  }

  private Reply answer(Request request, Visitor visitor, Page page) throws InterruptedException {
    try {
      return page.show(request, visitor);
    } catch (Problem problem) {
      return error(visitor, problem.status(), request.traceId());
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      log.error("failed: {} traceId={}", request.template(), request.traceId(), e);
      return error(visitor, 500, request.traceId());
    }
  }

  /** A page that says what went wrong. */
  Reply error(Visitor visitor, int status, String traceId) {
    Texts t = Texts.in(visitor.language());
    String kind = TOLD.contains(status) ? Integer.toString(status) : "500";
    var error =
        new ErrorPage(status, t.of("error." + kind), t.of("error." + kind + ".help"), traceId);
    return page(visitor, null, error.title(), "/console", "error", error).as(status);
  }

  /** What an error page shows. */
  record ErrorPage(int status, String title, String help, String traceId) {}

  private static Reply toSignIn(Request request) {
    if (request.header("HX-Request") != null) {
      // A part of a page can't become the sign-in page: the browser goes there as a whole.
      return Reply.empty(200).header("HX-Redirect", SignInPages.PATH);
    }
    return Reply.seeOther(
        request.method().equals("GET")
            ? SignInPages.PATH + "?next=" + request.path()
            : SignInPages.PATH);
  }

  private Reply finish(Visitor visitor, Reply reply) {
    if (visitor.freshSeed() && reply.status() < 300) {
      visitors.seed(reply, visitor.seed());
    }
    return reply
        .header("Content-Security-Policy", POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "same-origin");
  }

  /** A rendered page, to be sent with a status. */
  record Rendered(String html) {
    Reply as(int status) {
      return Reply.html(status, html).header("Cache-Control", "no-store");
    }
  }

  /**
   * Renders a whole page.
   *
   * @param back where the switches of language and look lead back to: this page
   */
  Rendered page(
      Visitor visitor,
      @Nullable Section section,
      String title,
      String back,
      String template,
      Object model) {
    return render(template, frame(visitor, section, title, back), model);
  }

  /** Renders the part of a page that lives. */
  Rendered part(Visitor visitor, String template, Object model) {
    return render(template, frame(visitor, null, "", ""), model);
  }

  private Rendered render(String template, Frame frame, Object model) {
    StringOutput out = new StringOutput(PAGE_CHARS_GUESS);
    engine.render(template + ".jte", Map.of("frame", frame, "model", model), out);
    return new Rendered(out.toString());
  }

  private Frame frame(Visitor visitor, @Nullable Section section, String title, String back) {
    Texts t = Texts.in(visitor.language());
    Caller member = visitor.staff();
    List<Frame.Entry> navigation =
        member == null
            ? List.of()
            : Arrays.stream(Section.values())
                .filter(entry -> entry.allows(member))
                .map(entry ->
                    new Frame.Entry(
                        entry.path(), t.of("nav." + entry.code()), entry.code(), entry == section))
                .toList();
    return new Frame(
        t,
        assets,
        visitor.theme(),
        title,
        navigation,
        member == null ? null : member.subject(),
        back,
        visitors.formToken(visitor),
        Shown.zone(zone, clock.instant()));
  }
}
