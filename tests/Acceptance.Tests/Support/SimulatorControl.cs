using System.Net.Http.Json;
using System.Text.Json;

namespace AvGateway.Acceptance.Tests.Support;

/// <summary>The hand at the simulated devices: switches, front panels, and what the device itself knows.</summary>
public sealed class SimulatorControl(GatewayProcess gateway) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = gateway.Simulators };

    public async Task SwitchAsync(string device, string name, object value)
    {
        using var answer = await _http.PutAsJsonAsync($"/devices/{device}/switches/{name}", value);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task FrontPanelAsync(string device, string verb, object? args = null)
    {
        using var answer = await _http.PostAsJsonAsync($"/devices/{device}/front-panel", new { verb, args = args ?? new { } });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<JsonElement> StateAsync(string device) =>
        (await _http.GetFromJsonAsync<JsonElement>($"/devices/{device}")).GetProperty("state");

    public async Task<JsonElement> TraceAsync(string device, long since = 0) =>
        await _http.GetFromJsonAsync<JsonElement>($"/devices/{device}/trace?since={since}");

    /// <summary>The switches of every device there is.</summary>
    public async Task<IReadOnlyList<(string Protocol, string Name)>> SwitchesAsync()
    {
        var found = new List<(string, string)>();
        foreach (var device in (await _http.GetFromJsonAsync<JsonElement>("/devices")).EnumerateArray())
        {
            var switches = await _http.GetFromJsonAsync<JsonElement>($"/devices/{device.GetProperty("id").GetString()}/switches");
            found.AddRange(switches.EnumerateArray().Select(s => (device.GetProperty("protocol").GetString()!, s.GetProperty("name").GetString()!)));
        }

        return found;
    }

    public void Dispose() => _http.Dispose();
}
