using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.SipCodec;
using AvGateway.Drivers.Runtime;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Testing;

namespace AvGateway.Drivers.Tests.SipCodec;

/// <summary>On real sockets: TCP with every write cut and joined, and test calls with real sound.</summary>
public sealed class SipCodecRoomTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Over_TCP_that_slices_a_call_is_made_held_and_ended()
    {
        await using var room = await Room.OpenAsync(";transport=tcp");
        room.Set("slice", true);

        await room.OnlineAsync();
        Assert.Equal(CommandOutcome.Verified, (await room.AskAsync(CodecWords.DialVerb, ("uri", "court2@example.cn"))).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await room.AskAsync(CodecWords.MuteVerb)).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await room.AskAsync(CodecWords.HangUpVerb)).Outcome);
    }

    [Theory]
    [InlineData(0.0, false, null)]
    [InlineData(20.0, false, "poor")]
    [InlineData(0.0, true, "none")]
    public async Task A_test_call_hears_the_line_as_it_is(double loss, bool oneWay, string? verdict)
    {
        await using var room = await Room.OpenAsync("");
        room.Set("rtp-loss", loss);
        room.Set("one-way-audio", oneWay);
        await room.OnlineAsync();

        var result = await room.AskAsync("test-call", ("seconds", 4));

        Assert.Equal(CommandOutcome.Verified, result.Outcome);
        var shown = room.Shown("line-quality").Text;

        // Jitter is real here: on a crowded machine a line without loss may be anything but silent.
        if (verdict is null) Assert.Contains(shown, (string[])["good", "fair", "poor"]);
        else Assert.Equal(verdict, shown);
        if (!oneWay) Assert.InRange(room.Shown("line-loss").Number, loss == 0 ? 0 : loss - 10, loss == 0 ? 1 : loss + 10);
        Assert.Equal(shown is "poor" or "none", room.Device.Snapshot().Faults.Contains("codec.poor-line"));
    }

    private sealed class Room : IAsyncDisposable
    {
        private readonly SimulatedCourt _court;
        private readonly BenchObserver _seen = new();
        private readonly BenchLog _log = new();

        private Room(SimulatedCourt court, string parameters)
        {
            _court = court;
            var uri = court.Devices[0].Link.Uri;
            Assert.True(LinkAddress.TryParse(uri + parameters, out var address, out _));
            var manifest = SipCodecDriver.Manifest;
            var options = manifest.Options.Aggregate(Arguments.None, (all, o) => all.With(o.Name, o.Name == "proxy" ? $"sip:{address.Host}:{address.Port}{parameters}" : o.Default));
            var around = new DeviceSurroundings(TimeProvider.System, LinkFactories.BuiltIn(TimeProvider.System, _log), _seen, new SequenceSource(1), new HostGate(), _log)
            {
                Backoff = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(200)),
            };
            Device = new(new DevicePlan(new("room", "codec"), manifest, address, options), manifest, around);
        }

        public DeviceActor<SipReply> Device { get; }

        public static async Task<Room> OpenAsync(string parameters) =>
            new(await SimulatedCourt.StartAsync([new DeviceSetting("room", "codec", "sip-codec")], TimeProvider.System), parameters);

        public void Set(string name, System.Text.Json.Nodes.JsonNode value) => Assert.Null(_court.Devices[0].Device.SetSwitch(name, value));

        public Value Shown(string property) => Device.TryGetReading(property, out var reading) ? reading.Value : Value.None;

        public async Task OnlineAsync()
        {
            var online = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _seen.Changed = () =>
            {
                if (Device.Status.State is DeviceState.Online) online.TrySetResult();
            };
            Device.Start();
            await online.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        }

        public async Task<CommandResult> AskAsync(string verb, params (string Name, Value Value)[] arguments)
        {
            var command = new CommandRequest(verb, verb, Arguments.Of(arguments), Devices.Deadline.In(Deadline, TimeProvider.System), "tester");
            return await Device.AskAsync(command, null, TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await Device.StopAsync();
            await _court.DisposeAsync();
            _log.Check();
            ((IDisposable)_log).Dispose();
        }
    }
}
