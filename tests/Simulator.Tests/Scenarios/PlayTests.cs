using System.Diagnostics;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Cli;
using AvGateway.Simulator.Devices.Control;
using AvGateway.Simulator.Devices.Courts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace AvGateway.Simulator.Tests.Scenarios;

/// <summary><c>avsim play</c>, as a whole.</summary>
public sealed class PlayTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_whole_court_day_plays_in_virtual_time_the_same_way_each_time()
    {
        var began = Stopwatch.StartNew();
        var (code, first, errors) = await PlayAsync(Shipped("court-day.json"), "--trace", Path.Combine(_folder, "1"));
        Assert.True(code == Avsim.Done, $"{first}\n{errors}");
        var (_, second, _) = await PlayAsync(Shipped("court-day.json"), "--trace", Path.Combine(_folder, "2"));

        // Ten hours; a minute would be a clock that somebody waits for.
        Assert.InRange(began.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal(first, second);
        var frames = await File.ReadAllLinesAsync(Path.Combine(_folder, "1"), TestContext.Current.CancellationToken);
        Assert.Equal(frames, await File.ReadAllLinesAsync(Path.Combine(_folder, "2"), TestContext.Current.CancellationToken));
        Assert.InRange(frames.Length, 10_000, 20_000);
        Assert.EndsWith("14 expectations met, 0 failed", first.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_seed_moves_what_is_moved_by_chance()
    {
        var day = await File.ReadAllTextAsync(Shipped("court-day.json"), TestContext.Current.CancellationToken);
        var other = await WriteAsync(day.Replace("\"seed\": 7", "\"seed\": 8", StringComparison.Ordinal));

        var (_, first, _) = await PlayAsync(Shipped("court-day.json"));
        var (code, second, _) = await PlayAsync(other);

        Assert.Equal(Avsim.Done, code);
        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData("""{ "device": "a/b", "state": "/routing/1", "is": 7, "within": "2s" }""", "/steps/0: state /routing/1 is 7: not within 2s; seen: 1")]
    [InlineData("""{ "device": "a/b", "state": "/routing/1", "is": 1, "never": true }""", "never state /routing/1 is 1: it was, after 0s")]
    [InlineData("""{ "device": "a/b", "receives": "VIDEO", "within": "1s" }""", "receives VIDEO: not within 1s; seen: nothing")]
    [InlineData("""{ "device": "a/b", "switch": "mutes", "value": true }""", "refused")]
    [InlineData("""{ "device": "a/b", "press": "route", "args": { "output": 99, "input": 1 } }""", "refused")]
    public async Task What_is_not_met_fails_and_says_what_was_seen(string step, string told)
    {
        var (code, said, _) = await PlayAsync(await WriteAsync($$"""{ "devices": [{ "id": "a/b", "driver": "videohub" }], "steps": [{{step}}] }"""));

        Assert.Equal(Avsim.Failed, code);
        Assert.Contains(told, said, StringComparison.Ordinal);
        Assert.EndsWith("1 failed", said.TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "steps": [] }""", "/steps holds 0 steps")]
    [InlineData("""{ "steps": [{ "device": "a/b", "say": "x" }] }""", "/steps/0: there is no device 'a/b'")]
    [InlineData("""{ "steps": [{ "device": "a/b" }] }""", "/steps/0 must hold one of switch")]
    [InlineData("""{ "steps": [{ "device": "a/b", "say": "x", "press": "y" }] }""", "/steps/0 must hold one of switch")]
    [InlineData("""{ "steps": [{ "device": "a/b", "say": "x", "is": 1 }] }""", "/steps/0/is is unknown")]
    [InlineData("""{ "steps": [{ "at": "soon", "device": "a/b", "say": "x" }] }""", "/steps/0/at: \"soon\" is no time")]
    [InlineData("""{ "steps": [{ "at": "07:00", "device": "a/b", "say": "x" }] }""", "/steps/0/at is before the scenario starts")]
    [InlineData("""{ "steps": [{ "every": "1s", "device": "a/b", "say": "x" }] }""", "needs every and until")]
    [InlineData("""{ "steps": [{ "device": "a/b", "state": "routing" }] }""", "no JSON Pointer")]
    [InlineData("""{ "time": "late", "steps": [] }""", "/time is neither")]
    [InlineData("""{ "seed": -1, "steps": [] }""", "/seed is no whole number")]
    [InlineData("""{ "devices": [{ "id": "b", "driver": "videohub" }], "steps": [{ "device": "b", "leave": true }] }""", "/devices/0/id is not room/device")]
    [InlineData("""{ "devices": [{ "id": "a/b", "driver": "telepathy" }], "steps": [{ "device": "a/b", "leave": true }] }""", "No simulator for protocol 'telepathy'")]
    [InlineData("""{ "site": "nowhere.json", "steps": [{ "device": "a/b", "leave": true }] }""", "nowhere.json")]
    [InlineData("""{ "steps": """, "not JSON")]
    public async Task A_bad_file_is_told_with_its_place(string json, string told)
    {
        var (code, _, errors) = await PlayAsync(await WriteAsync(json));

        Assert.Equal(Avsim.Failed, code);
        Assert.Contains(told, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_real_time_a_client_on_the_wire_meets_what_is_expected()
    {
        var file = await WriteAsync("""
            { "time": "real", "devices": [{ "id": "a/b", "driver": "videohub" }],
              "steps": [{ "device": "a/b", "receives": "PING", "within": "60s" }, { "device": "a/b", "state": "/connections", "is": 1, "within": "60s" }] }
            """);
        await using var output = new Lines();
        var playing = Avsim.RunAsync(["play", file, "--http", "127.0.0.1:0"], output, output, TestContext.Current.CancellationToken);
        var ready = JsonNode.Parse(await output.First.InTime())!;
        using var client = await TcpClientPeer.ConnectAsync((string)ready["devices"]![0]!["link"]!);
        await client.SayAsync("PING:\n\n");

        Assert.Equal(Avsim.Done, await playing.InTime());
    }

    [Fact]
    public async Task A_court_that_runs_elsewhere_is_played_on_through_its_control_api()
    {
        await using var court = await SimulatedCourt.StartAsync([new("court-1", "matrix", "videohub")], TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapSimulatorControl(court);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var url = app.Urls.First();
        var file = await WriteAsync("""
            { "steps": [
              { "device": "court-1/matrix", "switch": "frozen", "value": true },
              { "device": "court-1/matrix", "press": "route", "args": { "output": 1, "input": 2 } },
              { "device": "court-1/matrix", "state": "/routing/1", "is": 2, "within": "60s" },
              { "device": "court-1/matrix", "press": "nothing" } ] }
            """);

        var (code, said, errors) = await PlayAsync(file, "--url", url);

        Assert.True(code == Avsim.Failed, errors);
        Assert.True(court.Devices[0].Device.Switches.TryFind("frozen", out var frozen) && (bool)frozen.Value!);
        Assert.Contains("met after", said, StringComparison.Ordinal);
        Assert.Contains("The front panel of this device has no 'nothing'", said, StringComparison.Ordinal);
        Assert.EndsWith("1 expectations met, 1 failed", said.TrimEnd(), StringComparison.Ordinal);
    }

    private static string Shipped(string name) => Path.Combine(AppContext.BaseDirectory, "scenarios", name);

    private async Task<string> WriteAsync(string json)
    {
        var path = Path.Combine(_folder, Path.GetRandomFileName() + ".json");
        await File.WriteAllTextAsync(path, json, TestContext.Current.CancellationToken);
        return path;
    }

    private static async Task<(int Code, string Output, string Errors)> PlayAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await Avsim.RunAsync(["play", .. args], output, errors, TestContext.Current.CancellationToken).InTime();
        return (code, output.ToString(), errors.ToString());
    }

    private sealed class Lines : StringWriter
    {
        private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> First => _first.Task;

        public override Task WriteLineAsync(string? value)
        {
            _first.TrySetResult(value ?? "");
            return Task.CompletedTask;
        }
    }
}
