using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AvGateway.Drivers.Protocols.CiscoXapi;

/// <summary>How the vocabulary goes over one kind of link. The request becomes <c>ID FRAME</c>, which the codec takes apart again.</summary>
internal abstract class XapiFraming
{
    public static XapiFraming Of(string scheme) => scheme is "ws" or "wss" ? new XapiRpcFraming() : new XapiLineFraming(opensWithBanner: scheme == "ssh");

    public abstract IWireCodec<XapiReply> Codec { get; }

    public abstract string Write(int id, XapiRequest request);

    public static string Id(int id) => id.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A character line: RS-232 or the shell of SSH. Texts stand in quotes.</summary>
internal sealed class XapiLineFraming(bool opensWithBanner) : XapiFraming
{
    public const string EchoOff = XapiSerialCodec.Raw + "echo off";

    /// <summary>A session begins with a banner that ends in <c>OK</c>, and never with a log-in.</summary>
    public bool OpensWithBanner => opensWithBanner;

    public override IWireCodec<XapiReply> Codec { get; } = new XapiSerialCodec();

    public static string Json(int id) => $"{Id(id)} xPreferences outputmode json";

    public static string ForgetFeedback(int id) => $"{Id(id)} xFeedback deregisterall";

    public static string ListFeedback(int id) => $"{Id(id)} xFeedback list";

    public static string Register(int id, string expression) => $"{Id(id)} xFeedback register {expression}";

    public override string Write(int id, XapiRequest request)
    {
        var line = new StringBuilder(Id(id)).Append(request.Verb is XapiVerb.Command ? " xCommand " : " xStatus ").Append(request.Path);
        foreach (var argument in request.Arguments)
        {
            line.Append(' ').Append(argument.Name).Append(": ");
            if (argument.Kind is XapiArgument.As.Text) line.Append('"').Append(argument.Value.Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
            else line.Append(argument.Value);
        }

        return line.ToString();
    }
}

/// <summary>JSON-RPC 2.0 on a WebSocket.</summary>
internal sealed class XapiRpcFraming : XapiFraming
{
    // Names and addresses in any language; what an HTML page would need escaped is none here.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override IWireCodec<XapiReply> Codec { get; } = new XapiRpcCodec();

    public override string Write(int id, XapiRequest request)
    {
        if (request.Verb is XapiVerb.Status) return Call(id, "xQuery", new() { ["Query"] = new JsonArray(["Status", .. Words(request.Path)]) });
        var parameters = new JsonObject();
        foreach (var argument in request.Arguments)
        {
            parameters[argument.Name] = argument.Kind is XapiArgument.As.Number
                ? JsonValue.Create(long.Parse(argument.Value, CultureInfo.InvariantCulture))
                : JsonValue.Create(argument.Value);
        }

        return Call(id, "xCommand/" + request.Path.Replace(' ', '/'), parameters);
    }

    public static string Subscribe(int id, string expression) => Call(id, "xFeedback/Subscribe", new()
    {
        ["Query"] = new JsonArray([.. Words(expression)]),
        ["NotifyCurrentValue"] = false,
    });

    public static string Unsubscribe(int id, long subscription) => Call(id, "xFeedback/Unsubscribe", new() { ["Id"] = subscription });

    private static IEnumerable<JsonNode?> Words(string path) =>
        path.Split([' ', '/'], StringSplitOptions.RemoveEmptyEntries).Select(word => (JsonNode?)JsonValue.Create(word));

    private static string Call(int id, string method, JsonObject parameters) => new JsonObject
    {
        ["jsonrpc"] = "2.0",
        ["id"] = Id(id),
        ["method"] = method,
        ["params"] = parameters,
    }.ToJsonString(Plain);
}
