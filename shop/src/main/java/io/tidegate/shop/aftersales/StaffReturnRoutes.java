package io.tidegate.shop.aftersales;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import java.util.List;

/** Returns for staff: list, decide, receive, inspect. */
public final class StaffReturnRoutes implements Routes {

  private static final String PATH = "/v1/admin/returns";
  private static final int TEXT_CHARS_MAX = 200;
  private static final int WAREHOUSE_CHARS_MAX = 64;

  private final ReturnService returns;
  private final ReturnCaseStore store;
  private final ReturnWarehouses warehouses;
  private final Cursors cursors;

  public StaffReturnRoutes(
      ReturnService returns, ReturnCaseStore store, ReturnWarehouses warehouses, Cursors cursors) {
    this.returns = returns;
    this.store = store;
    this.warehouses = warehouses;
    this.cursors = cursors;
  }

  @Override
  public void register(Router router) {
    Access all = Access.staff("admin", "support", "warehouse", "finance");
    Access deciding = Access.staff("admin", "support");
    Access handling = Access.staff("admin", "warehouse");
    router.get(PATH, all, this::list).query("state").paged();
    router.get(PATH + "/{id}", all, this::show);
    router.post(PATH + "/{id}/approve", deciding, this::approve);
    router.post(PATH + "/{id}/reject", deciding, this::reject);
    router.post(PATH + "/{id}/receive", handling, this::receive);
    router.post(PATH + "/{id}/inspect", handling, this::inspect);
  }

  private Reply list(Request request) {
    String wire = request.query("state");
    ReturnState state =
        wire == null
            ? null
            : ReturnState.ofWire(wire)
                .orElseThrow(() -> Problem.invalid("?state", "is no state of a return"));
    long below = cursors.position(request).orElse(Long.MAX_VALUE);
    return Page.reply(
        request,
        cursors,
        store.list(state, below, request.limit() + 1),
        ReturnCaseStore.Listed::id,
        (json, row) -> ReturnJson.writeForStaff(json, row.returned()));
  }

  private Reply show(Request request) {
    ReturnCase found = store.find(id(request)).orElseThrow(Problem::notFound);
    return Reply.json(200, json -> ReturnJson.writeForStaff(json, found));
  }

  private Reply approve(Request request) {
    if (request.body().length > 0) {
      request.json().check();
    }
    return run(request, new ReturnCommand.Approve(id(request), request.caller().subject()));
  }

  private Reply reject(Request request) {
    Fields body = request.json();
    String reason = body.line("reason", TEXT_CHARS_MAX);
    body.check();
    return run(request, new ReturnCommand.Reject(id(request), reason, request.caller().subject()));
  }

  private Reply receive(Request request) {
    String warehouse = null;
    if (request.body().length > 0) {
      Fields body = request.json();
      warehouse = body.optionalString("warehouse", WAREHOUSE_CHARS_MAX);
      if (warehouse != null && !warehouse.isEmpty() && !warehouses.has(warehouse)) {
        body.refuse("warehouse", "is no warehouse");
      }
      body.check();
    }
    ReturnId id = id(request);
    return run(
        request,
        new ReturnCommand.Receive(
            id, warehouse, warehouses.usual(id.order()), request.caller().subject()));
  }

  private Reply inspect(Request request) {
    Fields body = request.json();
    boolean accept = body.bool("accept");
    List<ReturnLine> lines = body.has("lines") ? ReturnLinesJson.read(body, "lines", 0) : null;
    if (lines != null && body.has("accept") && !accept) {
      body.refuse("lines", "are what is accepted: there are none where nothing is");
    }
    String note = body.optionalLine("note", TEXT_CHARS_MAX);
    body.check();
    List<ReturnLine> accepted = accept ? lines : List.of();
    return run(
        request,
        new ReturnCommand.Inspect(id(request), accepted, note, request.caller().subject()));
  }

  private Reply run(Request request, ReturnCommand command) {
    return ReturnRoutes.reply(
        returns.run(command, request.traceparent()), ReturnJson::writeForStaff);
  }

  private static ReturnId id(Request request) {
    return ReturnId.parse(request.path("id")).orElseThrow(Problem::notFound);
  }
}
