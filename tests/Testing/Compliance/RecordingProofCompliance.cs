using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Hearings.Recording;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Policy;
using AvGateway.Scenes.Running;
using AvGateway.Simulator.Devices;
using Xunit;

namespace AvGateway.Testing.Compliance;

/// <summary>
/// The first promise, from the wire to the word on the panel: a recorder that does not record is never called proven, and is named within
/// ten seconds. The real proof of recording over the real driver over the simulated device, on a virtual clock.
/// </summary>
public abstract class RecordingProofCompliance<TReply>
{
    private const int NamedWithin = 10;

    private static readonly Actor Clerk = new("clerk-1", CourtRole.Clerk, ["court-1"]);

    protected abstract DriverManifest<TReply> Manifest { get; }

    protected virtual DeviceSetting Setting => new("bench", "it", Manifest.Name);

    protected virtual BenchSetup Setup => new();

    /// <summary>Switches of the simulated device, what each is set to, and how the proof names it; null: this device has no such thing.</summary>
    protected virtual (string Switch, JsonNode? Value) Frozen => ("no-growth", true);

    /// <summary>What a file that ceases to grow is called; another word where growth is all that the driver sees of a recording.</summary>
    protected virtual string FrozenIs => RecordingFaults.NoGrowth;

    protected virtual (string Switch, JsonNode? Value)? Silence => ("silence", true);

    protected virtual (string Switch, JsonNode? Value)? WrongClock => ("clock-offset", 95);

    [Fact]
    public async Task A_recorder_that_records_is_proven_within_five_seconds_and_stays_so()
    {
        await using var court = await OpenAsync();
        await court.RecordAsync();

        await court.WatchAsync(5);
        Assert.Equal(RecorderState.Proven, court.Shown.State);
        var proven = await court.WatchAsync(120);

        Assert.Equal(120, proven);
        Assert.Empty(court.Alarms);
    }

    [Fact]
    public async Task One_that_refuses_is_never_proven_and_named()
    {
        await using var court = await OpenAsync();
        court.Device.Set("refuse", true);
        await court.RecordAsync();

        Assert.Equal(0, await court.WatchAsync(60));
        Assert.InRange(court.NamedAfter(RecordingFaults.Refused), 0, NamedWithin);
    }

    [Fact]
    public async Task One_that_acknowledges_and_does_nothing_is_never_proven_and_named()
    {
        await using var court = await OpenAsync();
        court.Device.Set("frozen", true);
        await court.RecordAsync();

        Assert.Equal(0, await court.WatchAsync(60));
        Assert.InRange(court.NamedAfter(RecordingFaults.NotProven), 0, NamedWithin);
    }

    [Fact]
    public async Task One_that_says_recording_over_a_file_that_never_grows_is_never_proven_and_named()
    {
        await using var court = await OpenAsync();
        court.Device.Set(Frozen.Switch, Frozen.Value?.DeepClone());
        await court.RecordAsync();

        Assert.Equal(0, await court.WatchAsync(60));
        if (FrozenIs == RecordingFaults.NoGrowth) Assert.Equal(RecordingStates.Recording, court.Bench.Snapshot[RecorderWords.RecordingState].Text);
        Assert.InRange(court.NamedAfter(RecordingFaults.NotProven), 0, NamedWithin);
    }

    [Fact]
    public async Task One_whose_file_ceases_to_grow_is_named()
    {
        await using var court = await OpenAsync();
        await court.RecordAsync();
        await court.WatchAsync(30);

        court.Happens(Frozen);

        Assert.InRange(await court.WatchAsync(60), 0, NamedWithin);
        Assert.InRange(court.NamedAfter(FrozenIs), 0, NamedWithin);
    }

    [Fact]
    public async Task One_that_stops_by_itself_is_named()
    {
        await using var court = await OpenAsync();
        court.Device.Set("stops-by-itself", "30s");
        await court.RecordAsync();
        await court.WatchAsync(28);
        court.Happens(null);

        Assert.InRange(await court.WatchAsync(60), 0, NamedWithin);
        Assert.InRange(court.NamedAfter(RecordingFaults.Stopped), 0, NamedWithin);
    }

    [Fact]
    public async Task One_that_records_silence_is_never_proven_and_named()
    {
        if (Silence is null) Assert.Skip("this recorder meters no sound");
        await using var court = await OpenAsync();
        court.Happens(Silence);
        await court.Bench.PassAsync(6);
        await court.RecordAsync();

        Assert.Equal(0, await court.WatchAsync(60));
        Assert.InRange(court.NamedAfter(RecordingFaults.Silent), 0, NamedWithin);
    }

    [Fact]
    public async Task One_that_falls_silent_is_named()
    {
        if (Silence is null) Assert.Skip("this recorder meters no sound");
        await using var court = await OpenAsync();
        await court.RecordAsync();
        await court.WatchAsync(30);

        court.Happens(Silence);
        await court.WatchAsync(30);

        Assert.InRange(court.NamedAfter(RecordingFaults.Silent), 0, NamedWithin);
    }

    [Fact]
    public async Task One_whose_clock_is_wrong_is_never_proven_and_named()
    {
        if (WrongClock is null) Assert.Skip("this recorder tells no clock");
        await using var court = await OpenAsync();
        court.Happens(WrongClock);
        await court.Bench.PassAsync(6);
        await court.RecordAsync();

        Assert.Equal(0, await court.WatchAsync(60));
        Assert.InRange(court.NamedAfter(RecordingFaults.Clock), 0, NamedWithin);
    }

    [Fact]
    public async Task One_whose_clock_goes_wrong_is_named()
    {
        if (WrongClock is null) Assert.Skip("this recorder tells no clock");
        await using var court = await OpenAsync();
        await court.RecordAsync();
        await court.WatchAsync(30);

        court.Happens(WrongClock);
        await court.WatchAsync(30);

        Assert.InRange(court.NamedAfter(RecordingFaults.Clock), 0, NamedWithin);
    }

    private async Task<Court> OpenAsync()
    {
        SimulatedPeer? peer = null;
        var bench = new DeviceBench<TReply>(Manifest, Setup with { Peer = clock => peer = new(Setting, clock) }, TestContext.Current.CancellationToken);
        await bench.StartAsync();
        await bench.PassUntilAsync(TimeSpan.FromMinutes(1), () => bench.Status.IsUsable, "in step");
        var court = new Court(bench, peer!);
        await court.OpenAsync();
        return court;
    }

    /// <summary>A hearing that is open in a room of one recorder.</summary>
    private sealed class Court : IDeviceDirectory, IHearingStore, IAsyncDisposable
    {
        private readonly HearingRoom _hearing;
        private readonly RecordingProof _proof;
        private Task<CommandResult>? _asked;
        private TimeSpan _happened;
        private TimeSpan _passed;

        public Court(DeviceBench<TReply> bench, SimulatedPeer device)
        {
            (Bench, Device) = (bench, device);
            _hearing = new("court-1", this, bench.Clock);
            var layout = new RoomLayout("court-1") { Recorders = [new(bench.Device.Id, RecorderRole.Main)] };
            _proof = new(layout, _hearing, new RoomSight(this, bench.Clock), new RoomSignal(), bench.Clock, new());
            _proof.Alarmed += alarm =>
            {
                if (alarm.IsRaised) Alarms.Add((_passed, alarm.Code));
            };
        }

        public DeviceBench<TReply> Bench { get; }
        public SimulatedPeer Device { get; }
        public List<(TimeSpan At, string Code)> Alarms { get; } = [];
        public RecorderPicture Shown => _proof.Picture.Recorders[0];
        public IReadOnlyCollection<IDevice> Devices => [Bench.Device];

        public IDevice? Find(DeviceId id) => id == Bench.Device.Id ? Bench.Device : null;
        public ValueTask PutAsync(HearingRecord record, CancellationToken cancellation) => default;
        public ValueTask<IReadOnlyList<HearingRecord>> LoadAsync(CancellationToken cancellation) => new((IReadOnlyList<HearingRecord>)[]);

        public async Task OpenAsync()
        {
            _hearing.Restore(null);
            var answer = await _hearing.TurnAsync(new(Told.Opened, Clerk, Confirmed: true), TestContext.Current.CancellationToken);
            Assert.True(_hearing.Snapshot.IsOpen, answer.ToString());
        }

        /// <summary>What the scene of an opening does: wishes, asks, and tells the proof of a refusal. Looks each second meanwhile.</summary>
        public async Task RecordAsync()
        {
            await _proof.WishAsync(Bench.Device.Id, RecordingWish.Record, LegalReason.None, TestContext.Current.CancellationToken);
            _happened = _passed;
            _asked = Bench.Ask("record");
        }

        /// <summary>From this moment on it is to be named.</summary>
        public void Happens((string Switch, JsonNode? Value)? cause)
        {
            if (cause is { } set) Device.Set(set.Switch, set.Value?.DeepClone());
            _happened = _passed;
        }

        /// <summary>Lets seconds pass and looks at each; how many of the looks showed it proven.</summary>
        public async Task<int> WatchAsync(int seconds)
        {
            var proven = 0;
            for (var i = 0; i < seconds; i++)
            {
                await Bench.PassAsync(1);
                _passed += TimeSpan.FromSeconds(1);
                if (_asked is { IsCompleted: true }) TakeEnd(await _asked);
                await _proof.LookAsync(TestContext.Current.CancellationToken);
                if (Shown.State is RecorderState.Proven || _hearing.Snapshot.Recording is RecordingWord.Proven) proven++;
            }

            return proven;
        }

        private void TakeEnd(CommandResult end)
        {
            _asked = null;
            if (end.Outcome is not CommandOutcome.Verified) _proof.Refused(Bench.Device.Id, end.Reason ?? "");
        }

        /// <summary>Seconds from what happened to its name.</summary>
        public double NamedAfter(string code)
        {
            Assert.Contains(Alarms, alarm => alarm.Code == code);
            return (Alarms.First(alarm => alarm.Code == code).At - _happened).TotalSeconds;
        }

        public async ValueTask DisposeAsync()
        {
            _proof.Dispose();
            _hearing.Dispose();
            await Bench.DisposeAsync();
        }
    }
}
