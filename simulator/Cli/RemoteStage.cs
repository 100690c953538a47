using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Scenarios;

namespace AvGateway.Simulator.Cli;

/// <summary>Devices behind the control API of a court that runs elsewhere. A scenario's own clients are not to be had there.</summary>
internal sealed class RemoteStage : IScenarioStage
{
    private readonly HttpClient _http;
    private readonly HashSet<string> _devices;

    private RemoteStage(HttpClient http, HashSet<string> devices)
    {
        _http = http;
        _devices = devices;
    }

    /// <summary>Throws <see cref="HttpRequestException"/> when nobody is there.</summary>
    public static async Task<RemoteStage> ConnectAsync(HttpClient http, CancellationToken cancellation)
    {
        var devices = await http.GetFromJsonAsync<JsonArray>("devices", cancellation) ?? [];
        return new(http, [.. devices.Select(each => (string)each!["id"]!)]);
    }

    public bool Has(string device) => _devices.Contains(device);

    public async ValueTask<string?> SwitchAsync(string device, string name, JsonNode? value, CancellationToken cancellation) =>
        await WordsAsync(await _http.PutAsJsonAsync($"devices/{device}/switches/{Uri.EscapeDataString(name)}", value, cancellation), cancellation);

    public async ValueTask<string?> PressAsync(string device, string verb, JsonObject? args, CancellationToken cancellation)
    {
        var act = new JsonObject { ["verb"] = verb, ["args"] = args?.DeepClone() };
        return await WordsAsync(await _http.PostAsJsonAsync($"devices/{device}/front-panel", act, cancellation), cancellation);
    }

    public async ValueTask<JsonNode?> StateAsync(string device, CancellationToken cancellation) =>
        (await _http.GetFromJsonAsync<JsonObject>($"devices/{device}", cancellation))?["state"];

    public async ValueTask<IReadOnlyList<TraceFrame>> TraceAsync(string device, long since, CancellationToken cancellation)
    {
        var frames = await _http.GetFromJsonAsync<JsonArray>($"devices/{device}/trace?since={since}", cancellation) ?? [];
        return
        [
            .. frames.Select(each => new TraceFrame(
                (long)each!["number"]!, (DateTimeOffset)each["at"]!, Enum.Parse<TraceDirection>((string)each["direction"]!, ignoreCase: true),
                (int?)each["session"], (string)each["text"]!)),
        ];
    }

    public string Say(string device, byte[] bytes) => "a court that runs elsewhere is spoken to by its own clients; leave out say";

    public void Leave(string device)
    {
        // Nobody came.
    }

    public string Heard(string device) => "";

    private static async Task<string?> WordsAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        using var disposed = answer;
        if (answer.IsSuccessStatusCode) return null;
        var body = await answer.Content.ReadFromJsonAsync<JsonNode>(cancellation);
        var known = body?["known"] is JsonArray names ? $" Known: {string.Join(", ", names.Select(name => (string?)name))}." : "";
        return $"{(string?)body?["detail"]} {(string?)body?["remedy"]}{known}";
    }
}
