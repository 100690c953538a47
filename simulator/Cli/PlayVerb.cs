using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Simulator.Devices.Scenarios;

namespace AvGateway.Simulator.Cli;

/// <summary><c>avsim play SCENARIO</c>: acts and expectations on a time line. Exit 0 when all were met, 1 when not.</summary>
internal static class PlayVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Command New(TextWriter output, TextWriter errors)
    {
        var file = new Argument<FileInfo>("scenario") { Description = "Scenario file (JSON)." };
        var time = new Option<string?>("--time") { Description = "virtual (as fast as it is computed) or real; else what the file says." };
        time.AcceptOnlyFromAmong("virtual", "real");
        var url = new Option<Uri?>("--url")
        {
            Description = "Play on the court whose control API this is (a demo's, or that of avsim court), in real time; the file's own devices do not count then.",
            CustomParser = ControlAddress.ReadUrl,
        };
        var trace = new Option<FileInfo?>("--trace") { Description = "Write every frame of every device of this process into this file." };
        var http = ControlAddress.Option();
        var bind = ControlAddress.BindOption();
        var command = new Command("play", "Plays a scenario: acts at simulated devices and what is expected of them.") { file, time, url, trace, http, bind };
        command.Validators.Add(result =>
        {
            if (result.GetResult(url) is not null && (result.GetValue(time) is "virtual" || result.GetResult(trace) is not null))
                result.AddError("--url plays in real time on devices of another process: leave out --time virtual and --trace.");
        });
        command.SetAction(async (parsed, stopping) =>
        {
            try
            {
                var scenario = ScenarioFile.Read(parsed.GetRequiredValue(file).FullName);
                if (parsed.GetValue(time) is { } wished)
                    scenario = scenario with { Time = wished == "real" ? ScenarioTime.Real : ScenarioTime.Virtual };
                await using var frames = parsed.GetValue(trace) is { } path ? new FrameFile(path.FullName) : null;
                var result = parsed.GetValue(url) is { } remote
                    ? await PlayAsync(scenario, remote, output, stopping)
                    : scenario.Time is ScenarioTime.Virtual
                        ? await ScenarioRun.PlayVirtualAsync(scenario, output.WriteLine, frames is null ? null : frames.Write, stopping)
                        : await PlayAsync(scenario, parsed.GetRequiredValue(bind), parsed.GetValue(http), frames, output, stopping);
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"{scenario.Name}: {result.Acts} acts, {result.Met} expectations met, {result.Failed.Count} failed"));
                return result.Failed.Count == 0 ? Avsim.Done : Avsim.Failed;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                await errors.WriteLineAsync("Stopped before the end of the scenario.");
                return Avsim.Failed;
            }
            catch (Exception refused) when (
                refused is InvalidDataException or CannotSimulateException or IOException or UnauthorizedAccessException or HttpRequestException or JsonException
                    or TaskCanceledException)
            {
                await errors.WriteLineAsync(refused.Message);
                return Avsim.Failed;
            }
        });
        return command;
    }

    private static async Task<ScenarioResult> PlayAsync(Scenario scenario, Uri url, TextWriter output, CancellationToken stopping)
    {
        using var http = new HttpClient { BaseAddress = url, Timeout = Patience };
        return await ScenarioRun.PlayRealAsync(scenario, await RemoteStage.ConnectAsync(http, stopping), TimeProvider.System, output.WriteLine, stopping);
    }

    private static async Task<ScenarioResult> PlayAsync(
        Scenario scenario, IPAddress bind, IPEndPoint? http, FrameFile? frames, TextWriter output, CancellationToken stopping)
    {
        await using var court = await SimulatedCourt.StartAsync(scenario.Devices.Select(each => each with { Bind = bind }), TimeProvider.System);
        await using var control = await ControlServer.StartAsync(court, http, stopping);
        foreach (var each in court.Devices.Where(_ => frames is not null)) each.Device.Trace.Added += frame => frames!.Write(each.Device, frame);
        var ready = new JsonObject
        {
            ["ready"] = true,
            ["scenario"] = scenario.Name,
            ["devices"] = new JsonArray([.. court.Devices.Select(each => (JsonNode)new JsonObject { ["id"] = each.Id, ["link"] = each.Link.Uri })]),
            ["http"] = control.Address,
            ["simulators"] = control.Address,
        };
        await output.WriteLineAsync(ready.ToJsonString());
        await output.FlushAsync(stopping);
        return await ScenarioRun.PlayRealAsync(
            scenario, new LocalStage(court.Devices.Select(each => each.Device)), TimeProvider.System, output.WriteLine, stopping);
    }

    /// <summary>Frames as they come, a line each, in the signs of a transcript: what the device hears is &gt;, what it says is &lt;.</summary>
    private sealed class FrameFile(string path) : IAsyncDisposable
    {
        private readonly Lock _gate = new();
        private readonly StreamWriter _file = new(path, append: false) { NewLine = "\n" };

        public void Write(SimulatedDevice device, TraceFrame frame)
        {
            var sign = frame.Direction switch { TraceDirection.Received => '>', TraceDirection.Sent => '<', TraceDirection.Withheld => '-', _ => '#' };
            var at = frame.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            lock (_gate) _file.WriteLine($"{at} {device.Id} {sign} {frame.Text}");
        }

        public ValueTask DisposeAsync() => _file.DisposeAsync();
    }
}
