using System.Buffers;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.SerialPower;
using AvGateway.Drivers.Runtime;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Testing;

namespace AvGateway.Drivers.Tests.SerialPower;

/// <summary>
/// A device of which nothing can be read: the suites of devices that show what they do say nothing about it. What it must get right instead is never to
/// look as if it had been seen.
/// </summary>
public sealed class SerialPowerTests
{
    private static readonly DeviceSetting Setting = new("bench", "it", "serial-power");

    private static readonly BenchSetup Silent = new() { Link = "serial:/dev/ttyS0" };

    private static readonly BenchSetup Echoing = Silent with { Options = Arguments.Of(("answers", "echo")) };

    [Fact]
    public async Task An_outlet_that_was_sent_is_assumed_and_acknowledged_only()
    {
        await using var bench = Bench(Silent, out var device);
        device.Set("echo", false);
        await bench.StartAsync();
        Assert.Equal(DeviceState.Online, bench.Status.State);
        Assert.Empty(bench.Snapshot.Readings);

        var result = await Switch(bench, OutletWords.OnVerb, 3);

        Assert.Equal(CommandOutcome.AcknowledgedOnly, result.Outcome);
        Assert.Equal(1, result.Attempts);
        Assert.Equal((PowerStates.On, Quality.Assumed), Shown(bench, 3));
        Assert.True(IsOn(device, 3));
        Assert.Equal([OutletWords.Outlet(3)], bench.Snapshot.Readings.Keys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_controller_that_does_nothing_is_never_shown_as_seen(bool echoes)
    {
        await using var bench = Bench(echoes ? Echoing : Silent, out var device);
        device.Set("frozen", true);
        await bench.StartAsync();

        foreach (var verb in (string[])[OutletWords.OnVerb, OutletWords.OffVerb, OutletWords.OnVerb])
            Assert.Equal(CommandOutcome.AcknowledgedOnly, (await Switch(bench, verb, 1)).Outcome);

        Assert.False(IsOn(device, 1));
        Assert.DoesNotContain(bench.Seen.Readings, r => r.Reading.Quality is Quality.Good);
    }

    [Fact]
    public async Task Eight_outlets_at_once_go_out_one_by_one_with_a_pause_for_the_inrush()
    {
        await using var bench = Bench(Silent, out var device);
        await bench.StartAsync();

        var asked = Enumerable.Range(1, 8).Select(outlet => bench.Ask(OutletWords.OnVerb, (OutletWords.OutletArgument, outlet))).ToArray();
        await bench.PassUntilAsync(TimeSpan.FromSeconds(20), () => asked.All(a => a.IsCompleted), "all ends");

        Assert.All(asked, a => Assert.Equal(CommandOutcome.AcknowledgedOnly, a.Result.Outcome));
        var times = device.Device.Trace.Since(0).Where(f => f.Direction is TraceDirection.Received).Select(f => f.At).ToArray();
        Assert.Equal(8, times.Length);
        Assert.All(times.Zip(times.Skip(1), (before, after) => after - before), pause => Assert.InRange(pause, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.5)));
    }

    [Fact]
    public async Task Of_two_wishes_for_one_outlet_the_last_one_stands()
    {
        await using var bench = Bench(Silent, out var device);
        await bench.StartAsync();
        var others = bench.Ask(OutletWords.OnVerb, (OutletWords.OutletArgument, 1));
        var on = bench.Ask(OutletWords.OnVerb, (OutletWords.OutletArgument, 2));
        var off = bench.Ask(OutletWords.OffVerb, (OutletWords.OutletArgument, 2));
        await bench.PassUntilAsync(TimeSpan.FromSeconds(10), () => others.IsCompleted && on.IsCompleted && off.IsCompleted, "all ends");

        Assert.Equal(CommandOutcome.AcknowledgedOnly, (await off).Outcome);
        Assert.Equal((PowerStates.Off, Quality.Assumed), Shown(bench, 2));
        Assert.False(IsOn(device, 2));
    }

    [Fact]
    public async Task A_frame_that_is_not_repeated_is_no_acknowledgement_where_the_controller_repeats_them()
    {
        await using var bench = Bench(Echoing, out var device);
        await bench.StartAsync();
        Assert.Equal(CommandOutcome.AcknowledgedOnly, (await Switch(bench, OutletWords.OnVerb, 1)).Outcome);
        device.Set("mute", true);

        var result = await Switch(bench, OutletWords.OffVerb, 1);
        Assert.Equal(CommandOutcome.NoReply, result.Outcome);
        Assert.Equal(StatusReasons.LinkSuspect, bench.Status.Reason);
        Assert.Equal(PowerStates.On, Shown(bench, 1).State);

        device.Set("mute", false);
        Assert.Equal(CommandOutcome.AcknowledgedOnly, (await Switch(bench, OutletWords.OffVerb, 1)).Outcome);
        Assert.Equal(DeviceState.Online, bench.Status.State);
        Assert.Equal((PowerStates.Off, Quality.Assumed), Shown(bench, 1));
    }

    [Fact]
    public async Task The_echo_of_another_frame_is_no_acknowledgement()
    {
        await using var bench = new DeviceBench<SerialPowerReply>(SerialPowerDriver.Manifest, Echoing, TestContext.Current.CancellationToken);
        await bench.StartAsync();
        var asked = bench.Ask(OutletWords.OnVerb, (OutletWords.OutletArgument, 2));
        await bench.ExpectSentAsync(@"\x3A\x01\x05\x02\x01\x0D");

        await bench.SaysAsync(@"\x3A\x01\x05\x02\x00\x0D\x3A\x01\x05\x01\x01\x0D");
        Assert.False(asked.IsCompleted);
        await bench.SaysAsync(@"\xFF\x3A\x01\x3A\x01\x05\x02\x01\x0D");

        Assert.Equal(CommandOutcome.AcknowledgedOnly, (await asked).Outcome);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public async Task An_outlet_that_is_not_there_never_reaches_the_wire(int outlet)
    {
        await using var bench = Bench(Silent, out var device);
        await bench.StartAsync();

        var result = await Switch(bench, OutletWords.OnVerb, outlet);

        Assert.Equal(CommandOutcome.Rejected, result.Outcome);
        Assert.DoesNotContain(device.Device.Trace.Since(0), f => f.Direction is TraceDirection.Received);
    }

    [Fact]
    public void The_channel_that_means_all_is_never_written()
    {
        var output = new ArrayBufferWriter<byte>();

        Assert.Throws<ArgumentException>(() => new SerialPowerCodec().Write("0000", output));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public async Task A_line_that_was_lost_leaves_nothing_believed_and_nothing_is_sent_when_it_is_back()
    {
        await using var bench = Bench(Silent, out var device);
        await bench.StartAsync();
        await Switch(bench, OutletWords.OnVerb, 1);
        device.Set("drop", true);
        await bench.PassUntilAsync(TimeSpan.FromMinutes(1), () => bench.Status.State is DeviceState.Offline, "offline");
        Assert.Equal(Quality.Stale, Shown(bench, 1).Quality);
        Assert.Equal(CommandOutcome.Unreachable, (await bench.Ask(OutletWords.OffVerb, (OutletWords.OutletArgument, 1))).Outcome);
        var sent = device.Device.Trace.Since(0).Count(f => f.Direction is TraceDirection.Received);

        device.Set("drop", false);
        await bench.PassUntilAsync(TimeSpan.FromMinutes(3), () => bench.Status.State is DeviceState.Online, "online");
        await bench.PassAsync(30);

        Assert.Equal(Quality.Stale, Shown(bench, 1).Quality);
        Assert.Equal(sent, device.Device.Trace.Since(0).Count(f => f.Direction is TraceDirection.Received));
    }

    [Fact]
    public async Task A_quiet_day_costs_no_second_link_and_no_word_in_the_log()
    {
        await using var bench = Bench(Silent, out _);
        await bench.StartAsync();
        bench.Seen.Clear();

        await bench.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal(1, bench.Opens);
        Assert.Empty(bench.Seen.Statuses);
        Assert.Empty(bench.Log.Lines);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Over_a_real_line_that_slices_frames_are_taken_and_a_lost_line_comes_back(int seed)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var court = await SimulatedCourt.StartAsync([Setting], TimeProvider.System);
        var (simulated, link) = (court.Devices[0].Device, court.Devices[0].Link);
        simulated.SetSwitch("seed", seed);
        simulated.SetSwitch("slice", true);
        var seen = new BenchObserver();
        using var log = new BenchLog();
        Assert.True(LinkAddress.TryParse(link.Uri, out var address, out _));
        var manifest = SerialPowerDriver.Manifest;
        var options = manifest.DefaultOptions().With("answers", "echo");
        await using var device = new DeviceActor<SerialPowerReply>(new(new("room", "power"), manifest, address, options), manifest,
            new(TimeProvider.System, LinkFactories.BuiltIn(TimeProvider.System, log), seen, new SequenceSource(1), new HostGate(), log)
            {
                Backoff = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(200)),
            });
        device.Start();

        await UntilAsync(seen, () => device.Status.State is DeviceState.Online, cancellation);
        Assert.Equal(CommandOutcome.AcknowledgedOnly, (await AskAsync(device, OutletWords.OnVerb, cancellation)).Outcome);
        simulated.SetSwitch("drop", true);
        await UntilAsync(seen, () => device.Status.State is not DeviceState.Online, cancellation);
        simulated.SetSwitch("drop", false);
        await UntilAsync(seen, () => device.Status.State is DeviceState.Online, cancellation);
        Assert.Equal(CommandOutcome.AcknowledgedOnly, (await AskAsync(device, OutletWords.OffVerb, cancellation)).Outcome);
        log.Check();
    }

    private static DeviceBench<SerialPowerReply> Bench(BenchSetup setup, out SimulatedPeer device)
    {
        SimulatedPeer? peer = null;
        var bench = new DeviceBench<SerialPowerReply>(SerialPowerDriver.Manifest, setup with { Peer = clock => peer = new(Setting, clock) },
            TestContext.Current.CancellationToken);
        device = peer!;
        return bench;
    }

    private static Task<CommandResult> Switch(DeviceBench<SerialPowerReply> bench, string verb, int outlet) =>
        bench.DoAsync(verb, (OutletWords.OutletArgument, outlet));

    private static (string State, Quality Quality) Shown(DeviceBench<SerialPowerReply> bench, int outlet)
    {
        var reading = bench.Snapshot.Readings[OutletWords.Outlet(outlet)];
        return (reading.Value.Text, reading.Quality);
    }

    private static bool IsOn(SimulatedPeer device, int outlet) => (bool)device.Device.State()["outlets"]![outlet - 1]!;

    private static Task<CommandResult> AskAsync(DeviceActor<SerialPowerReply> device, string verb, CancellationToken cancellation)
    {
        var within = TimeSpan.FromSeconds(30);
        var command = new CommandRequest(verb, verb, Arguments.Of((OutletWords.OutletArgument, 2)), Deadline.In(within, TimeProvider.System), "tester");
        return device.AskAsync(command, null, cancellation).WaitAsync(within, cancellation);
    }

    private static async Task UntilAsync(BenchObserver seen, Func<bool> condition, CancellationToken cancellation)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        seen.Changed = () =>
        {
            if (condition()) met.TrySetResult();
        };
        seen.Changed();
        await met.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellation);
        seen.Changed = null;
    }
}
