using AvGateway.Devices;
using AvGateway.Drivers.Runtime;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;
using Microsoft.Extensions.Logging;
using Xunit;

namespace AvGateway.Testing.Compliance;

/// <summary>Through a real socket or terminal, on the real clock, with every write of the device cut and joined at random.</summary>
public abstract partial class DeviceCompliance<TReply>
{
    private static readonly TimeSpan RealDeadline = TimeSpan.FromSeconds(60);

    /// <summary>The links of the product.</summary>
    protected abstract ILinkFactory RealLinks(ILoggerFactory log);

    /// <summary>The device behind the real link, where it is more than that of the bench: a log-in, for example.</summary>
    protected virtual DeviceSetting RealSetting => Setting;

    /// <summary>The link as a site file would have it.</summary>
    protected virtual string RealLink(string uri) => uri;

    /// <summary>Options of the driver on the real link, where they name real addresses.</summary>
    protected virtual Arguments RealOptions => Setup.Options;

    /// <summary>Over TCP or a pseudo-terminal, as <see cref="Setting"/> says.</summary>
    [Fact]
    public Task Over_a_real_link_that_slices_wishes_are_verified_and_a_lost_link_comes_back() => InARoomAsync(RealSetting);

    /// <summary>The same for a device that has another kind of link as well.</summary>
    protected async Task InARoomAsync(DeviceSetting setting)
    {
        await using var court = await SimulatedCourt.StartAsync([setting], TimeProvider.System);
        court.Devices[0].Device.SetSwitch("slice", true);
        await WishesOverAsync(RealLink(court.Devices[0].Link.Uri), Setup.Secret, court.Devices[0].Device);
    }

    /// <summary>Both wishes over a real link, with the link lost between them.</summary>
    protected async Task WishesOverAsync(string link, string? secret, SimulatedDevice simulated)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var seen = new BenchObserver();
        using var log = new BenchLog();
        await using var device = RealDevice(link, secret, seen, log);
        device.Start();

        await UntilAsync(seen, () => device.Status.State is DeviceState.Online, cancellation);
        Assert.Equal(CommandOutcome.Verified, (await AskAsync(device, First, cancellation)).Outcome);
        Assert.True(device.TryGetReading(First.Property, out var first) && first.Value == First.Seen);

        simulated.SetSwitch("drop", true);
        await UntilAsync(seen, () => device.Status.State is not DeviceState.Online, cancellation);
        simulated.SetSwitch("drop", false);
        await UntilAsync(seen, () => device.Status.State is DeviceState.Online, cancellation);
        Assert.Equal(CommandOutcome.Verified, (await AskAsync(device, Second, cancellation)).Outcome);
        log.Check();
    }

    private DeviceActor<TReply> RealDevice(string uri, string? secret, BenchObserver seen, BenchLog log)
    {
        Assert.True(LinkAddress.TryParse(uri, out var address, out _));
        var options = Manifest.OptionsWith(RealOptions);
        var plan = new DevicePlan(new("room", Manifest.Name), Manifest, address, options) { Secret = secret is null ? null : new(secret) };
        var around = new DeviceSurroundings(TimeProvider.System, RealLinks(log), seen, new SequenceSource(1), new HostGate(), log)
        {
            Backoff = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(200)),
        };
        return new(plan, Manifest, around);
    }

    private static async Task<CommandResult> AskAsync(DeviceActor<TReply> device, Wish wish, CancellationToken cancellation)
    {
        var command = new CommandRequest(wish.Verb, wish.Verb, Arguments.Of(wish.Arguments), Deadline.In(RealDeadline, TimeProvider.System), "tester");
        return await device.AskAsync(command, null, cancellation).WaitAsync(RealDeadline, cancellation);
    }

    /// <summary>Waits for the condition, looked at after each change that the device tells.</summary>
    private static async Task UntilAsync(BenchObserver seen, Func<bool> condition, CancellationToken cancellation)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        seen.Changed = () =>
        {
            if (condition()) met.TrySetResult();
        };
        seen.Changed();
        await met.Task.WaitAsync(RealDeadline, cancellation);
        seen.Changed = null;
    }
}
