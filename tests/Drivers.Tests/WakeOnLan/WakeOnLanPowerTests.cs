using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.WakeOnLan;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;

namespace AvGateway.Drivers.Tests.WakeOnLan;

/// <summary>What PCs do to those who switch them.</summary>
public sealed class WakeOnLanPowerTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_user_who_is_logged_in_makes_the_command_fail_with_the_reason()
    {
        await using var room = await Room.OnAsync();
        room.Pc.Set("refuse", 5);

        var refused = await room.Bench.DoAsync(PowerWords.OffVerb);

        Assert.Equal(CommandOutcome.Refused, refused.Outcome);
        Assert.Contains("ended with 5: Operation inhibited: a user is logged in", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(PowerStates.On, room.Power);
    }

    [Fact]
    public async Task Three_minutes_of_updates_are_no_fault_and_it_is_off_when_it_has_fallen_silent()
    {
        await using var room = await Room.OnAsync();
        room.Pc.Set("shutdown-time", "180s");

        var late = await room.Bench.DoAsync(PowerWords.OffVerb);
        Assert.Equal(CommandOutcome.NotSeen, late.Outcome);
        Assert.Equal(PowerStates.On, room.Power);
        await room.Bench.PassUntilAsync(Long, () => room.Power == PowerStates.Cooling, "leaving");
        await room.Bench.PassUntilAsync(Long, () => room.Power == PowerStates.Off, "off");

        Assert.Equal("off", room.Pc.Power);
        Assert.Empty(room.Bench.Snapshot.Faults);
        Assert.Empty(room.Bench.Seen.Events);
    }

    [Fact]
    public async Task A_yes_that_nothing_follows_is_a_fault_until_it_goes_off()
    {
        await using var room = await Room.OnAsync();
        room.Pc.Set("ignores-shutdown", true);

        var asked = room.Bench.Ask(Long, PowerWords.OffVerb);
        await room.Bench.PassUntilAsync(Long, () => asked.IsCompleted, "an end");

        Assert.Equal(CommandOutcome.NotSeen, (await asked).Outcome);
        Assert.Contains("is not off after 300 s", (await asked).Reason, StringComparison.Ordinal);
        Assert.Contains("computer.not-following", room.Bench.Snapshot.Faults);
        Assert.All(room.Bench.Seen.Readings, r => Assert.NotEqual(PowerStates.Off, r.Reading.Value));

        room.Pc.Set("ignores-shutdown", false);
        Assert.Equal(CommandOutcome.Verified, (await room.Bench.DoAsync(PowerWords.OffVerb)).Outcome);
        Assert.DoesNotContain("computer.not-following", room.Bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_connection_that_breaks_under_the_command_is_neither_yes_nor_no()
    {
        await using var room = await Room.OnAsync();
        room.Pc.Set("loses-status", true);

        Assert.Equal(CommandOutcome.Verified, (await room.Bench.DoAsync(PowerWords.OffVerb)).Outcome);
        Assert.Equal("off", room.Pc.Power);
    }

    [Fact]
    public async Task What_still_refuses_is_never_called_off()
    {
        await using var room = await Room.OnAsync();
        room.Pc.Set("closing", "20m");

        var asked = room.Bench.Ask(Long, PowerWords.OffVerb);
        await room.Bench.PassUntilAsync(Long, () => asked.IsCompleted, "an end");
        await room.Bench.PassAsync(120);

        Assert.Equal(CommandOutcome.NotSeen, (await asked).Outcome);
        Assert.Equal(DeviceState.Offline, room.Bench.Status.State);
        Assert.Contains("computer.not-following", room.Bench.Snapshot.Faults);
        Assert.All(room.Bench.Seen.Readings, r => Assert.NotEqual(PowerStates.Off, r.Reading.Value));
    }

    [Fact]
    public async Task A_packet_that_is_lost_is_sent_again()
    {
        await using var room = await Room.OffAsync();
        room.Pc.Set("wakes-at-packet", 8);

        Assert.Equal(CommandOutcome.Verified, (await room.Bench.DoAsync(PowerWords.OnVerb)).Outcome);
        Assert.Equal("on", room.Pc.Power);
        Assert.Empty(room.Bench.Snapshot.Faults);
        Assert.Empty(room.Bench.Seen.Events);
    }

    [Fact]
    public async Task What_does_not_wake_is_told_after_a_bounded_number_of_packets()
    {
        await using var room = await Room.OffAsync();
        room.Pc.Set("ignores-wake", true);

        var asked = room.Bench.Ask(Long, PowerWords.OnVerb);
        await room.Bench.PassUntilAsync(Long, () => asked.IsCompleted, "an end");
        var packets = room.Pc.Packets;
        await room.Bench.PassAsync(600);

        Assert.Equal(CommandOutcome.NotSeen, (await asked).Outcome);
        Assert.Contains($"as {SimulatedPcPeer.Mac} and silent after 180 s", (await asked).Reason, StringComparison.Ordinal);
        Assert.Contains("computer.did-not-wake", room.Bench.Snapshot.Faults);
        Assert.Equal(PowerStates.Off, room.Power);
        Assert.InRange(packets, 30, 39);
        Assert.Equal(packets, room.Pc.Packets);

        room.Pc.Set("ignores-wake", false);
        Assert.Equal(CommandOutcome.Verified, (await room.Bench.DoAsync(PowerWords.OnVerb)).Outcome);
        Assert.DoesNotContain("computer.did-not-wake", room.Bench.Snapshot.Faults);
    }

    [Fact]
    public async Task Nothing_is_sent_after_the_command_has_ended()
    {
        await using var room = await Room.OffAsync();
        room.Pc.Set("ignores-wake", true);

        var asked = room.Bench.Ask(TimeSpan.FromSeconds(10), PowerWords.OnVerb);
        await room.Bench.PassAsync(300);

        Assert.Equal(CommandOutcome.NoReply, (await asked).Outcome);
        Assert.Equal(3, room.Pc.Packets);
    }

    [Fact]
    public async Task The_guard_is_asked_before_each_repeat()
    {
        var guard = new Gate();
        await using var room = await Room.OffAsync(guard);
        room.Pc.Set("ignores-wake", true);

        var asked = room.Bench.Ask(Long, PowerWords.OnVerb);
        await room.Bench.PassUntilAsync(Long, () => room.Pc.Packets == 6, "a repeat");
        guard.IsShut = true;
        await room.Bench.PassAsync(60);

        Assert.Equal(CommandOutcome.Guarded, (await asked).Outcome);
        Assert.Equal(6, room.Pc.Packets);
    }

    [Fact]
    public async Task A_PC_that_starts_by_itself_after_our_off_is_a_fault()
    {
        await using var room = await Room.OnAsync();
        room.Pc.Set("wakes-by-itself", "60s");
        await room.Bench.DoAsync(PowerWords.OffVerb);

        await room.Bench.PassUntilAsync(Long, () => room.Power == PowerStates.On, "on");

        Assert.Contains("computer.came-back", room.Bench.Snapshot.Faults);
        Assert.Contains(room.Bench.Seen.Events, e => $"{e.Type} {e.Details}".Contains("power-unasked", StringComparison.Ordinal));
        room.Pc.Set("wakes-by-itself", false);
        Assert.Equal(CommandOutcome.Verified, (await room.Bench.DoAsync(PowerWords.OffVerb)).Outcome);
        Assert.Empty(room.Bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_hand_at_the_button_next_morning_is_an_event_and_no_fault()
    {
        await using var room = await Room.OffAsync();
        await room.Bench.PassAsync(TimeSpan.FromHours(12));

        room.Pc.Press("power-button");
        await room.Bench.PassUntilAsync(Long, () => room.Power == PowerStates.On, "on");

        Assert.Single(room.Bench.Seen.Events);
        Assert.Empty(room.Bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_few_seconds_of_silence_are_not_off()
    {
        await using var room = await Room.OnAsync();
        room.Bench.Seen.Clear();

        room.Pc.Set("half-open", true);
        await room.Bench.PassAsync(4);
        room.Pc.Set("half-open", false);
        await room.Bench.PassAsync(60);

        Assert.Equal(PowerStates.On, room.Power);
        Assert.All(room.Bench.Seen.Readings, r => Assert.NotEqual(PowerStates.Off, r.Reading.Value));
        Assert.Empty(room.Bench.Seen.Events);
    }

    [Fact]
    public async Task Woken_and_shut_down_again_it_is_shut_down_once_it_is_there()
    {
        await using var room = await Room.OffAsync();

        var on = room.Bench.Ask(Long, PowerWords.OnVerb);
        await room.Bench.PassUntilAsync(Long, () => room.Pc.Power == "booting", "booting");
        var off = room.Bench.Ask(Long, PowerWords.OffVerb);
        await room.Bench.PassUntilAsync(Long, () => off.IsCompleted, "an end");

        Assert.Equal(CommandOutcome.Superseded, (await on).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await off).Outcome);
        Assert.Equal("off", room.Pc.Power);
    }

    [Fact]
    public async Task Without_a_command_in_the_site_file_nothing_is_run()
    {
        await using var room = await Room.OnAsync(shutdown: "");

        var result = await room.Bench.DoAsync(PowerWords.OffVerb);

        Assert.Equal(CommandOutcome.Rejected, result.Outcome);
        Assert.Equal(0, result.Attempts);
    }

    private sealed class Gate : ICommandGuard
    {
        public bool IsShut { get; set; }

        public CommandResult? Refusal(IDevice device, CommandRequest command) =>
            IsShut ? CommandResult.Guarded("AVG-GUARD-IN-SESSION", "a hearing", retryable: true) : null;
    }

    private sealed class Room : IAsyncDisposable
    {
        private Room(string shutdown, ICommandGuard? guard)
        {
            SimulatedPcPeer? peer = null;
            var setting = new DeviceSetting("bench", "it", "wake-on-lan") { Options = new() { ["mac"] = SimulatedPcPeer.Mac } };
            var setup = new BenchSetup
            {
                Link = SimulatedPcPeer.Link,
                Options = Arguments.Of(("shutdown", shutdown)),
                Guard = guard,
                Peer = clock => peer = new SimulatedPcPeer(setting, clock),
            };
            Bench = new(WakeOnLanDriver.Manifest, setup, TestContext.Current.CancellationToken);
            Pc = peer!;
        }

        public DeviceBench<WakeReply> Bench { get; }

        public SimulatedPcPeer Pc { get; }

        public string Power => Bench.Snapshot[PowerWords.PowerState].Text;

        public static async Task<Room> OnAsync(string shutdown = "shutdown -h now", ICommandGuard? guard = null)
        {
            var room = new Room(shutdown, guard);
            await room.Bench.StartAsync();
            await room.Bench.PassUntilAsync(Long, () => room.Bench.Status.State is DeviceState.Online, "online");
            return room;
        }

        public static async Task<Room> OffAsync(ICommandGuard? guard = null)
        {
            var room = await OnAsync(guard: guard);
            Assert.Equal(CommandOutcome.Verified, (await room.Bench.DoAsync(PowerWords.OffVerb)).Outcome);
            room.Bench.Seen.Clear();
            return room;
        }

        public ValueTask DisposeAsync() => Bench.DisposeAsync();
    }
}
