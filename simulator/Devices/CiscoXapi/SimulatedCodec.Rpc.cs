using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AvGateway.Simulator.Devices.CiscoXapi;

/// <summary>JSON-RPC 2.0 as the codec speaks it on a WebSocket: values are plain and typed, trees begin at the root.</summary>
internal sealed partial class SimulatedCodec
{
    private const int ParseError = -32700;
    private const int InvalidRequest = -32600;
    private const int MethodNotFound = -32601;
    private const int InvalidParameters = -32602;
    private const int CommandError = 1;
    private const int TooManySubscriptions = -31998;
    private const int PermissionDenied = -31999;
    private const int NotReadyYet = -31997;

    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal void ObeyRpc(XapiSession session, string text)
    {
        JsonNode? parsed;
        try
        {
            parsed = JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            SayError(session, null, ParseError, "Parse error");
            return;
        }

        if (parsed is not JsonObject request || Word(request["method"]) is not { } method || Word(request["jsonrpc"]) != "2.0")
        {
            SayError(session, null, InvalidRequest, "Invalid request");
            return;
        }

        var id = request["id"]?.ToJsonString();
        if (_switches.NotReady.Now) SayError(session, id, NotReadyYet, "Not ready");
        else Call(session, id, method, request["params"] as JsonObject ?? []);
        Flush();
    }

    private static string? Word(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private void Call(XapiSession session, string? id, string method, JsonObject parameters)
    {
        const string CommandMark = "xCommand/";
        switch (method)
        {
            case "xGet": Get(session, id, parameters); break;
            case "xQuery": Find(session, id, parameters); break;
            case "xSet": Assign(session, id, parameters); break;
            case "xFeedback/Subscribe": Subscribe(session, id, parameters); break;
            case "xFeedback/Unsubscribe":
                if (parameters["Id"] is JsonValue number && number.TryGetValue<int>(out var key) && session.Subscriptions.Remove(key)) SayResult(session, id, true);
                else SayError(session, id, InvalidParameters, "Unknown subscription");
                break;
            case var _ when method.StartsWith(CommandMark, StringComparison.Ordinal):
                var path = method[CommandMark.Length..].Split('/');
                Command(session, new("xCommand", path, [.. parameters.SelectMany(Typed)], id, null));
                break;
            default: SayError(session, id, MethodNotFound, "Method not found"); break;
        }
    }

    /// <summary>A parameter as it would have been typed; a list is a repeated one.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Typed(KeyValuePair<string, JsonNode?> parameter) =>
        (parameter.Value is JsonArray list ? list.AsEnumerable() : [parameter.Value]).Select(value => KeyValuePair.Create(parameter.Key, value?.ToString() ?? ""));

    private static string[]? Words(JsonNode? path)
    {
        if (path is not JsonArray list || list.Count == 0) return null;
        return [.. list.Select(each => each?.ToString() ?? "").Select(word => word == "**" ? "//" : word)];
    }

    private XapiTree? Tree(string[]? words) => words?[0].ToUpperInvariant() switch
    {
        "STATUS" => _status,
        "CONFIGURATION" => _configuration.Tree,
        _ => null,
    };

    private void Get(XapiSession session, string? id, JsonObject parameters)
    {
        var words = Words(parameters["Path"]);
        if (Tree(words) is not { } tree)
        {
            SayError(session, id, InvalidParameters, "Invalid params");
            return;
        }

        Refresh();
        JsonNode? found = tree.Select(XapiStep.Read(words![1..])) is { } document ? Plain(document) : null;
        foreach (var word in words[1..]) found = Below(found, word);
        if (found is null) SayError(session, id, CommandError, NoMatch);
        else SayResult(session, id, found.DeepClone());
    }

    private static JsonNode? Below(JsonNode? node, string word) => node switch
    {
        JsonArray list => list.FirstOrDefault(member => member?["id"]?.ToString() == word),
        JsonObject each => each.FirstOrDefault(child => child.Key.Equals(word, StringComparison.OrdinalIgnoreCase)).Value,
        _ => null,
    };

    private void Find(XapiSession session, string? id, JsonObject parameters)
    {
        var words = Words(parameters["Query"]);
        if (Tree(words) is not { } tree)
        {
            SayError(session, id, InvalidParameters, "Invalid params");
            return;
        }

        Refresh();
        var found = tree.Select(XapiStep.Read(words![1..]));
        SayResult(session, id, found is null ? new JsonObject() : new JsonObject { [tree.Root.Name] = Plain(found) });
    }

    private void Assign(XapiSession session, string? id, JsonObject parameters)
    {
        var words = Words(parameters["Path"]);
        var path = words is null ? "" : string.Join(' ', words[1..]);
        if (Tree(words) != _configuration.Tree || _configuration.Space(path)?.Normalise(parameters["Value"]?.ToString() ?? "") is not { } value)
        {
            SayError(session, id, InvalidParameters, "Invalid params");
            return;
        }

        if (Refuse.On)
        {
            SayError(session, id, PermissionDenied, Refuse.Code ?? "Permission denied");
            return;
        }

        SayResult(session, id, true);
        if (!Frozen) _configuration.Tree.Set(path, value);
    }

    private void Subscribe(XapiSession session, string? id, JsonObject parameters)
    {
        var words = Words(parameters["Query"]);
        if (words is null || words[0].ToUpperInvariant() is not ("STATUS" or "CONFIGURATION" or "EVENT"))
        {
            SayError(session, id, InvalidParameters, "Invalid params");
            return;
        }

        if (session.Subscriptions.Count >= _switches.FeedbackCap.Now)
        {
            SayError(session, id, TooManySubscriptions, "Subscriber count exceeded");
            return;
        }

        var number = session.Subscribe(XapiStep.Read(words));
        SayResult(session, id, new JsonObject { ["Id"] = number });
        if (parameters["NotifyCurrentValue"]?.GetValueKind() is JsonValueKind.True && Tree(words) is { } tree && tree.Select(XapiStep.Read(words[1..])) is { } now)
            SayNotification(session, number, tree.Root.Name, Plain(now));
        if (_switches.ForgetsFeedback.Now) session.Subscriptions.Remove(number);
    }

    /// <summary>Tells a session the changes and events that it has subscribed to, each subscription by itself.</summary>
    private void ToldRpc(XapiSession session)
    {
        foreach (var (number, expression) in session.Subscriptions.ToArray())
        {
            foreach (var tree in (XapiTree[])[_status, _configuration.Tree])
            {
                if (!expression[0].Name.Equals(tree.Root.Name, StringComparison.OrdinalIgnoreCase)) continue;
                if (tree.Changed([expression[1..]]) is { } changed) SayNotification(session, number, tree.Root.Name, Plain(changed));
            }

            if (!expression[0].Name.Equals("Event", StringComparison.OrdinalIgnoreCase)) continue;
            foreach (var (name, leaves) in _events.Where(each => expression.Length == 1 || expression[1].Matches(new XapiStep(each.Name))))
            {
                for (var times = _switches.DuplicateEvents.Now ? 2 : 1; times > 0; times--)
                {
                    var told = new JsonObject(leaves.Select(leaf => KeyValuePair.Create(leaf.Name, (JsonNode?)Plain(leaf.Text, leaf.Quoted))));
                    SayNotification(session, number, "Event", new JsonObject { [name] = told });
                }
            }
        }
    }

    private static void AnswerRpc(XapiSession session, XapiResult result, string? id)
    {
        var leaves = new JsonObject(result.Leaves.Select(leaf => KeyValuePair.Create(leaf.Name, (JsonNode?)Plain(leaf.Text, quoted: false))));
        switch (result.Status)
        {
            case "OK": SayResult(session, id, leaves); break;
            case "ParameterError": SayError(session, id, InvalidParameters, "Invalid params", leaves); break;
            default:
                var words = result.Leaves.FirstOrDefault(leaf => leaf.Name is "Reason" or "Description").Text ?? "Command failed";
                SayError(session, id, CommandError, words, leaves);
                break;
        }
    }

    private static JsonObject Plain(XapiNode node)
    {
        var json = new JsonObject();
        if (node.Item is { } item) json["id"] = item;
        if (node.Ghost) json["ghost"] = "True";
        foreach (var group in node.Children.GroupBy(child => child.Name, StringComparer.Ordinal))
            json[group.Key] = group.First().Item is null ? PlainChild(group.First()) : new JsonArray([.. group.Select(child => (JsonNode)Plain(child))]);
        return json;
    }

    private static JsonNode PlainChild(XapiNode child) => child.Value is { } value ? Plain(value.Text, value.Quoted) : Plain(child);

    private static JsonValue Plain(string text, bool quoted) =>
        !quoted && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : JsonValue.Create(text);

    private static void SayResult(XapiSession session, string? id, JsonNode result) => SayRpc(session, id, new() { ["result"] = result });

    private static void SayError(XapiSession session, string? id, int code, string message, JsonObject? data = null)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (data is { Count: > 0 }) error["data"] = data;
        SayRpc(session, id, new() { ["error"] = error });
    }

    private static void SayNotification(XapiSession session, int number, string name, JsonNode told) => session.SayRecord(new JsonObject
    {
        ["jsonrpc"] = "2.0",
        ["method"] = "xFeedback/Event",
        ["params"] = new JsonObject { ["Id"] = number, [name] = told },
    }.ToJsonString(Compact));

    private static void SayRpc(XapiSession session, string? id, JsonObject answer)
    {
        answer["jsonrpc"] = "2.0";
        answer["id"] = id is null ? null : JsonNode.Parse(id);
        session.SayRecord(answer.ToJsonString(Compact));
    }
}
