using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.WakeOnLan;
using AvGateway.Operations.Power;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;
using AvGateway.Testing.Power;

namespace AvGateway.Drivers.Tests.WakeOnLan;

/// <summary>
/// Power runs over a PC on a metered outlet: the real driver and its link, the simulated PC, the plan and the signs of the gateway, and an outlet
/// whose current is what the PC draws.
/// </summary>
public sealed class WakeOnLanRunTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(30);

    [Fact]
    public async Task Off_is_two_signs_before_the_outlet_opens_and_on_is_a_greeting_behind_it()
    {
        await using var house = await House.StartAsync();

        var off = await house.PlayAsync(PowerAct.Off);
        Assert.Equal(RunPhase.Done, off.Record.Phase);
        Assert.All(off.Progress, step => Assert.Equal(StepState.Verified, step.State));
        Assert.Equal([StepKind.DeviceOff, StepKind.OutletOff], off.Steps.Select(s => s.Kind).Where(k => k is StepKind.DeviceOff or StepKind.OutletOff));
        Assert.Equal("off", house.OutletOpenedWhilePcWas);
        Assert.Empty(house.Faults);

        var on = await house.PlayAsync(PowerAct.On);
        Assert.Equal(RunPhase.Done, on.Record.Phase);
        Assert.Equal("on", house.Pc.Power);
        Assert.Empty(house.Faults);
    }

    [Fact]
    public async Task Three_minutes_of_updates_keep_the_outlet_closed_until_it_is_off()
    {
        await using var house = await House.StartAsync();
        house.Pc.Set("shutdown-time", "200s");

        var off = await house.PlayAsync(PowerAct.Off);

        Assert.Equal(RunPhase.Done, off.Record.Phase);
        Assert.Equal("off", house.OutletOpenedWhilePcWas);
        Assert.Empty(house.Faults);
    }

    [Fact]
    public async Task What_takes_the_command_and_stays_up_is_off_failed_and_keeps_its_outlet()
    {
        await using var house = await House.StartAsync();
        house.Pc.Set("ignores-shutdown", true);

        var off = await house.PlayAsync(PowerAct.Off);

        Assert.Equal(RunPhase.Partial, off.Record.Phase);
        Assert.Contains(off.Progress, step => step.State is StepState.OffFailed);
        Assert.Contains(off.Progress, step => step.State is StepState.Held);
        Assert.Contains(house.Faults, fault => fault.Code == PowerFaults.OffFailed);
        Assert.Null(house.OutletOpenedWhilePcWas);
        Assert.Equal("on", house.Pc.Power);
    }

    [Fact]
    public async Task A_PC_whose_cable_is_pulled_is_contradicted_by_what_it_draws_and_keeps_its_outlet()
    {
        await using var house = await House.StartAsync();
        await house.Bench.DoAsync(PowerWords.OffVerb);
        house.DrawsAnyway = true;

        var off = await house.PlayAsync(PowerAct.Off);

        Assert.Contains(off.Progress, step => step.State is StepState.Contradicted);
        Assert.Null(house.OutletOpenedWhilePcWas);
    }

    private sealed class House : IDeviceDirectory, IAsyncDisposable
    {
        private static readonly DeviceId Pdu = new("machine-room", "pdu");

        private readonly PowerWorld _world;
        private readonly PowerGraph _graph;
        private readonly PowerMachine _plug;

        private House()
        {
            SimulatedPcPeer? peer = null;
            var setting = new DeviceSetting("bench", "it", "wake-on-lan") { Options = new() { ["mac"] = SimulatedPcPeer.Mac } };
            Bench = new(WakeOnLanDriver.Manifest, new()
            {
                Link = SimulatedPcPeer.Link,
                Options = Arguments.Of(("shutdown", "shutdown -h now")),
                Peer = clock => peer = new(setting, clock),
            }, TestContext.Current.CancellationToken);
            Pc = peer!;
            _world = new(Bench.Clock) { Framed = Framed };
            _world.Add(Pdu.ToString(), PowerManifests.Pdu);

            // What the PC draws, as the meter of its outlet sees it.
            _plug = _world.Add("bench/plug", PowerManifests.Audio, $"{Pdu}/2");
            var site = new PowerSite([new("bench") { Loads = [new(Bench.Device.Id.Name, "$.loads") { Feeds = [new(Pdu, 2)] }] }], []);
            _graph = new(site, ["bench", "machine-room"], [new(Pdu, PowerManifests.Pdu), new(Bench.Device.Id, WakeOnLanDriver.Manifest)]);
        }

        public DeviceBench<WakeReply> Bench { get; }

        public SimulatedPcPeer Pc { get; }

        public List<PowerFault> Faults { get; } = [];

        /// <summary>What the PC did when its outlet was opened; null while it was not.</summary>
        public string? OutletOpenedWhilePcWas { get; private set; }

        public bool DrawsAnyway { get; set; }

        public IReadOnlyCollection<IDevice> Devices => [Bench.Device, .. _world.Devices];

        public static async Task<House> StartAsync()
        {
            var house = new House();
            Assert.Empty(house._graph.Findings);
            await house.Bench.StartAsync();
            await house.Bench.PassUntilAsync(Long, () => house.Bench.Status.State is DeviceState.Online, "online");
            return house;
        }

        public IDevice? Find(DeviceId id) => id == Bench.Device.Id ? Bench.Device : _world.Find(id);

        /// <summary>The run's mind, looked at every second; its frames go to the real driver.</summary>
        public async Task<PowerPicture> PlayAsync(PowerAct act)
        {
            var plan = PowerPlanner.Plan(_graph, act, ["bench"], _ => RoomSources.None);
            var view = new PowerView(this, _ => GuardReason.None, _ => false, Bench.Clock, new());
            var run = new PowerRun(new("01RUN", new(act, ["bench"], "scheduler", null, null), Bench.Clock.GetUtcNow()), plan.Steps, null, new Dictionary<string, PowerBranch>(), view);
            var sent = new Dictionary<int, Task<CommandResult>>();
            for (var seconds = 0; seconds < Long.TotalSeconds && !run.HasEnded; seconds++)
            {
                _plug.Draws = DrawsAnyway || Pc.Power != "off" ? 0.6 : 0.02;
                foreach (var (step, asked) in sent.Where(s => s.Value.IsCompleted).ToList())
                {
                    sent.Remove(step);
                    run.Ended(step, await asked);
                }

                var due = new List<int>();
                run.Advance(due);
                Faults.AddRange(run.TakeFaults());
                foreach (var step in due) sent.Add(step, Send(run, step));
                await Bench.PassAsync(1);
            }

            Assert.True(run.HasEnded, "the run has not ended");
            return run.Picture;
        }

        public ValueTask DisposeAsync() => Bench.DisposeAsync();

        private Task<CommandResult> Send(PowerRun run, int step)
        {
            var spec = run[step];
            var args = spec.Outlet is { } outlet ? Arguments.Of((OutletWords.OutletArgument, outlet)) : Arguments.None;
            var command = new CommandRequest($"c{step}-{run.ProgressOf(step).Tries}", PowerRun.VerbName(spec), args, Deadline.In(spec.Within, Bench.Clock), "scheduler");
            return Find(spec.Device)!.AskAsync(command, new Sent(() => run.Sent(step)), CancellationToken.None);
        }

        private void Framed(PowerFrame frame)
        {
            if (frame.Verb == OutletWords.OffVerb)
            {
                OutletOpenedWhilePcWas = Pc.Power;
                Pc.Press("power-off");
            }
            else if (frame.Verb == OutletWords.OnVerb)
            {
                Pc.Press("power-on");
            }
        }

        private sealed class Sent(Action told) : ICommandProgress
        {
            void ICommandProgress.Sent(CommandRequest command) => told();

            public void Acknowledged(CommandRequest command) { }
        }
    }
}
