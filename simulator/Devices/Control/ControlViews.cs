using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Courts;

namespace AvGateway.Simulator.Devices.Control;

/// <summary>How devices, switches and traces look on the control API.</summary>
internal static class ControlViews
{
    public static JsonObject Summary(CourtDevice each) => new()
    {
        ["id"] = each.Id,
        ["room"] = each.Setting.Room,
        ["device"] = each.Setting.Device,
        ["protocol"] = each.Device.About.Protocol,
        ["class"] = each.Device.About.DeviceClass,
        ["title"] = each.Device.About.Title,
        ["link"] = each.Link.Uri,
    };

    public static JsonObject Whole(CourtDevice each)
    {
        var view = Summary(each);
        view["state"] = each.Device.State();
        view["switches"] = new JsonObject(each.Device.Switches.All.Select(one => KeyValuePair.Create(one.Name, one.Value)));
        view["frontPanel"] = new JsonArray([.. each.Device.Panel.Acts.Select(act => (JsonNode)act.Verb)]);
        return view;
    }

    public static JsonArray Switches(CourtDevice each) => new([.. each.Device.Switches.All.Select(one => (JsonNode)new JsonObject
    {
        ["name"] = one.Name,
        ["value"] = one.Value,
        ["takes"] = one.Kind,
        ["summary"] = one.Summary,
    })]);

    public static JsonArray FrontPanel(CourtDevice each) => new([.. each.Device.Panel.Acts.Select(act => (JsonNode)new JsonObject
    {
        ["verb"] = act.Verb,
        ["summary"] = act.Summary,
        ["args"] = new JsonArray([.. act.Arguments.Select(argument => (JsonNode)new JsonObject
        {
            ["name"] = argument.Name,
            ["takes"] = argument.Kind,
            ["optional"] = argument.Optional,
        })]),
    })]);

    public static JsonObject Frame(TraceFrame frame) => new()
    {
        ["number"] = frame.Number,
        ["at"] = frame.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
        ["direction"] = frame.Direction switch
        {
            TraceDirection.Received => "received",
            TraceDirection.Sent => "sent",
            TraceDirection.Withheld => "withheld",
            _ => "note",
        },
        ["session"] = frame.Session,
        ["text"] = frame.Text,
    };
}
