using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Courts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AvGateway.Simulator.Devices.Control;

/// <summary>
/// The control API of the simulators: read devices and traces, set switches, use front panels, reset. JSON; errors are problem JSON.
/// </summary>
public static class SimulatorControl
{
    /// <summary>Maps the API on any host. Paths stand at the root of the given builder.</summary>
    public static IEndpointRouteBuilder MapSimulatorControl(this IEndpointRouteBuilder routes, SimulatedCourt court)
    {
        routes.MapGet("/devices", () => Json(new JsonArray([.. court.Devices.Select(each => (JsonNode)ControlViews.Summary(each))])));
        routes.MapGet("/devices/{room}/{device}",
            (string room, string device) => With(court, room, device, each => Json(ControlViews.Whole(each))));
        routes.MapGet("/devices/{room}/{device}/switches",
            (string room, string device) => With(court, room, device, each => Json(ControlViews.Switches(each))));
        routes.MapGet("/devices/{room}/{device}/front-panel",
            (string room, string device) => With(court, room, device, each => Json(ControlViews.FrontPanel(each))));
        routes.MapGet("/devices/{room}/{device}/trace",
            (string room, string device, string? since) => With(court, room, device, each => Trace(each, since)));
        routes.MapPut("/devices/{room}/{device}/switches/{name}",
            (string room, string device, string name, HttpRequest request) =>
                WithBody(court, room, device, request, (each, body) => Set(each, name, body)));
        routes.MapPost("/devices/{room}/{device}/front-panel",
            (string room, string device, HttpRequest request) => WithBody(court, room, device, request, Press));
        routes.MapPost("/devices/{room}/{device}/reset", (string room, string device) => With(court, room, device, each =>
        {
            each.Device.Reset();
            return Results.NoContent();
        }));
        routes.MapPost("/reset", () =>
        {
            court.Reset();
            return Results.NoContent();
        });
        routes.MapGet("/openapi.json", () => Results.Stream(OpenApi(), "application/json"));
        return routes;
    }

    /// <summary>The description of the API, as it is served.</summary>
    public static Stream OpenApi() =>
        typeof(SimulatorControl).Assembly.GetManifestResourceStream("openapi.json")
        ?? throw new InvalidOperationException("openapi.json is not embedded");

    private static IResult Set(CourtDevice each, string name, JsonNode? value)
    {
        if (each.Device.SetSwitch(name, value) is { } problem) return Problem(problem);
        return Json(new JsonObject { ["name"] = name, ["value"] = each.Device.Switches.TryFind(name, out var found) ? found.Value : null });
    }

    private static IResult Press(CourtDevice each, JsonNode? body)
    {
        if (body is not JsonObject act || Switches.SwitchBoard.AsText(act["verb"]) is not { } verb)
            return Problem(
                new(ControlFault.Invalid, "The body names no verb.", "/verb", "Send {\"verb\":\"…\",\"args\":{…}}.", Verbs(each)));
        if (act.FirstOrDefault(member => member.Key is not ("verb" or "args")) is { Key: { } extra })
            return Problem(
                new(ControlFault.Invalid, $"The body has an unknown member '{extra}'.", $"/{extra}", "Send verb and args only."));
        if (act["args"] is not (null or JsonObject))
            return Problem(new(ControlFault.Invalid, "args is not an object.", "/args", "Send an object."));
        return each.Device.UseFrontPanel(verb, act["args"] as JsonObject) is { } problem
            ? Problem(problem)
            : Json(new JsonObject { ["state"] = each.Device.State() });
    }

    private static IResult Trace(CourtDevice each, string? since)
    {
        var after = 0L;
        if (since is not null && !long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out after))
            return Problem(new(ControlFault.Malformed, $"'{since}' is no frame number.", "?since", "Give your last frame's number, or 0."));
        return Json(new JsonArray([.. each.Device.Trace.Since(after).Select(frame => (JsonNode)ControlViews.Frame(frame))]));
    }

    private static IResult With(SimulatedCourt court, string room, string device, Func<CourtDevice, IResult> answer) =>
        court.Find(room, device) is { } found ? answer(found) : Problem(NoDevice(court, room, device));

    private static async Task<IResult> WithBody(
        SimulatedCourt court, string room, string device, HttpRequest request, Func<CourtDevice, JsonNode?, IResult> answer)
    {
        if (court.Find(room, device) is not { } found) return Problem(NoDevice(court, room, device));
        var (value, problem) = await ControlBody.ReadAsync(request);
        return problem is null ? answer(found, value) : Problem(problem);
    }

    private static ControlProblem NoDevice(SimulatedCourt court, string room, string device) =>
        new(ControlFault.Unknown, $"There is no device '{room}/{device}'.", $"/devices/{room}/{device}", "Use one of the known devices.",
            [.. court.Devices.Select(each => each.Id)]);

    private static string[] Verbs(CourtDevice each) => [.. each.Device.Panel.Acts.Select(act => act.Verb)];

    private static IResult Json(JsonNode node) => Results.Text(node.ToJsonString(), "application/json");

    private static IResult Problem(ControlProblem problem)
    {
        var (status, title) = problem.Fault switch
        {
            ControlFault.Malformed => (StatusCodes.Status400BadRequest, "The request cannot be read."),
            ControlFault.Unknown => (StatusCodes.Status404NotFound, "There is no such thing."),
            ControlFault.Invalid => (StatusCodes.Status422UnprocessableEntity, "The request is not acceptable."),
            _ => (StatusCodes.Status409Conflict, "The device cannot do that now."),
        };
        var members = new Dictionary<string, object?> { ["place"] = problem.Place, ["remedy"] = problem.Remedy };
        if (problem.Known is { } known) members["known"] = known;
        return Results.Problem(problem.Detail, statusCode: status, title: title, extensions: members);
    }
}
