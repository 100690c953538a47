using System.Collections.Immutable;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Probes;
using AvGateway.Testing;
using AvGateway.Testing.Commands;

namespace AvGateway.Probes.Tests;

/// <summary>Probes of what a device's driver shows anyway: who it is, how hot it is, whether its recording grows.</summary>
public sealed class DeviceKindsTests
{
    private readonly FakeDevice _device = FakeDevice.Matrix("court-1", "recorder");
    private readonly VirtualClock _clock = new();
    private readonly ProbeTable _kinds;

    public DeviceKindsTests() => _kinds = ProbeKinds.Table(Look.Tools with { Devices = new Directory(_device), Time = _clock });

    [Fact]
    public async Task The_device_that_was_installed_and_another_one()
    {
        Show(CommonWords.SerialNumber, "A1");
        Show(CommonWords.FirmwareVersion, "2.1");

        Is(ProbeOutcome.Seen, await RunAsync("identity", (CommonWords.SerialNumber, "A1"), (CommonWords.FirmwareVersion, "2.1")));
        Assert.Equal("firmware is \"2.1\", should be \"2.0\"", Is(ProbeOutcome.Wrong, await RunAsync("identity", (CommonWords.SerialNumber, "A1"), (CommonWords.FirmwareVersion, "2.0"))).Says.En);
        Is(ProbeOutcome.Blind, await RunAsync("identity", (CommonWords.ModelName, "X")));
        Assert.NotEmpty(_kinds.Find("identity")!.CheckOptions(_kinds.Find("identity")!.Defaults));
    }

    [Fact]
    public async Task What_was_seen_before_the_device_went_is_no_temperature()
    {
        Show(CommonWords.TemperatureReading, 41.5);
        Assert.Equal(41.5, Is(ProbeOutcome.Seen, await RunAsync("temperature")).Measures.Single().Value);

        Show(CommonWords.TemperatureReading, 41.5, Quality.Stale);
        Is(ProbeOutcome.Silent, await RunAsync("temperature"));
        Assert.Equal(ProbeQuality.Alarm, _kinds.Find("temperature")!.Measures[0].Usual!.Of(80, ProbeQuality.Ok));
    }

    [Fact]
    public async Task A_value_is_told_by_its_title_its_number_and_its_unit()
    {
        var device = new FakeDevice(_device.Id, Manifests.Matrix with { Properties = [CommonWords.Temperature, MatrixWords.Outputs(1)] });
        var kinds = ProbeKinds.Table(Look.Tools with { Devices = new Directory(device), Time = _clock });
        Show(CommonWords.TemperatureReading, 24.7, of: device);
        Show(MatrixWords.Output(3), 7, of: device);

        Assert.Equal(new("温度为 24.7 °C", "temperature is 24.7 °C"), Is(ProbeOutcome.Seen, await RunAsync(kinds, "device", ("property", CommonWords.TemperatureReading))).Says);
        Assert.Equal(new("输出所接输入（3）为 7", "output-3 is 7"), Is(ProbeOutcome.Seen, await RunAsync(kinds, "device", ("property", MatrixWords.Output(3)))).Says);
    }

    [Fact]
    public async Task A_recording_that_grows_and_one_that_only_says_so()
    {
        Show(RecorderWords.RecordingState, RecordingStates.Recording);
        Show(RecorderWords.LoudestLevel, -20.0);
        Show(RecorderWords.StorageTime, 36_000);
        Show(RecorderWords.RecordedTime, 100);
        Is(ProbeOutcome.Seen, await RunAsync("recording"));

        await PassAsync();
        Show(RecorderWords.RecordedTime, 130);
        var grows = Is(ProbeOutcome.Seen, await RunAsync("recording"));
        Assert.Equal([("growth", 1.0), ("hours-left", 10.0), ("level", -20.0)], grows.Measures.Select(m => (m.Name, m.Value)).OrderBy(m => m.Name, StringComparer.Ordinal));

        await PassAsync();
        Assert.Contains("grew by 0 s in 30 s", Is(ProbeOutcome.Wrong, await RunAsync("recording")).Says.En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recorder_that_stands_still_is_in_order_and_a_new_recording_begins_anew()
    {
        Show(RecorderWords.RecordingState, RecordingStates.Stopped);
        Is(ProbeOutcome.Seen, await RunAsync("recording"));

        Show(RecorderWords.RecordingState, RecordingStates.Recording);
        Show(RecorderWords.RecordedTime, 500);
        await RunAsync("recording");
        await PassAsync();
        Show(RecorderWords.RecordedTime, 3);
        Is(ProbeOutcome.Seen, await RunAsync("recording"));
    }

    [Fact]
    public void What_the_rooms_own_watch_tells_of_a_recording_is_told_once() =>
        Assert.Contains("recording.no-growth", ProbeFaults.Kinds.Single(k => k.Code == ProbeFaults.Wrong).HiddenBy);

    private static ProbeSight Is(ProbeOutcome outcome, ProbeSight sight)
    {
        Assert.True(sight.Outcome == outcome, $"{sight.Outcome}: {sight.Says}");
        Look.IsInBothLanguages(sight);
        return sight;
    }

    private Task PassAsync() => _clock.PassAsync(TimeSpan.FromSeconds(30), () => Task.CompletedTask);

    private void Show(string property, Value value, Quality quality = Quality.Good, FakeDevice? of = null) =>
        (of ?? _device).Readings[property] = new Reading { Value = value, Quality = quality, At = _clock.GetUtcNow() };

    private Task<ProbeSight> RunAsync(string kind, params (string Name, Value Value)[] options) => RunAsync(_kinds, kind, options);

    private Task<ProbeSight> RunAsync(ProbeTable kinds, string kind, params (string Name, Value Value)[] options)
    {
        var found = kinds.Find(kind)!;
        var plan = new ProbePlan("p", found, new(_device.Id), null, ImmutableDictionary<string, MeasureLimits>.Empty) { Options = options.Aggregate(found.Defaults, (all, o) => all.With(o.Name, o.Value)) };
        return found.Run(new(plan, _clock), TestContext.Current.CancellationToken);
    }

    private sealed class Directory(IDevice only) : IDeviceDirectory
    {
        public IReadOnlyCollection<IDevice> Devices => [only];
        public IDevice? Find(DeviceId id) => only.Id == id ? only : null;
    }
}
