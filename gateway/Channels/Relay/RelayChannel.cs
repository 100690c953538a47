using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Escalation;
using Microsoft.Extensions.Logging;

namespace AvGateway.Channels.Relay;

/// <summary>
/// A buzzer or lamp on an outlet of a device. It is switched like any other: the guard of the hearings is asked before each frame. It goes off
/// after its time, when all faults that it sounds for are acknowledged or over, and at the start of the gateway.
/// </summary>
internal sealed partial class RelayChannel : IChannel, ISilenced, IDisposable
{
    private const string Caller = "gateway";

    // Half an hour: by then somebody has seen the fault of the device itself.
    private const int OffTries = 120;

    private static readonly TimeSpan CommandWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(15);

    private readonly RelayPlan _plan;
    private readonly IDeviceDirectory _devices;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ITimer _timer;

    // One command at a time, so that an off that is on its way never silences an on that came after it.
    private readonly Turns _turn = new(1);
    private readonly Lock _gate = new();
    private readonly HashSet<string> _reasons = new(StringComparer.Ordinal);
    private Deadline? _off;
    private int _generation;
    private int _tries;
    private int _commands;

    public RelayChannel(RelayPlan plan, IDeviceDirectory devices, TimeProvider time, ILogger<RelayChannel> log)
    {
        (_plan, _devices, _time, _log) = (plan, devices, time, log);
        _timer = time.CreateTimer(_ => Due(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Id => _plan.Id;

    public TimeSpan Patience => CommandWithin + CommandWithin + TimeSpan.FromSeconds(5);

    public async Task<Delivery> DeliverAsync(Notice notice, string address, CancellationToken cancellation)
    {
        if (_plan.CheckAddress(address) is { } wrong) return Ends.Refused(wrong);
        var about = notice.Fault ?? notice.Key;
        if (notice.Kind is NoticeKind.Over)
        {
            Silence(about);
            return Ends.Taken("silent");
        }

        await _turn.WaitAsync(cancellation);
        try
        {
            lock (_gate)
            {
                _generation++;
                _reasons.Add(about);
                _off = null;
            }

            var result = await SwitchAsync(OutletWords.OnVerb, cancellation);
            Switched(about, result);
            return IsDone(result) ? Ends.Taken($"{_plan.Device} outlet {_plan.Outlet} is on for {_plan.OnFor.TotalSeconds:0} s") : EndOf(result);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Start()
    {
        lock (_gate) Arm(TimeSpan.Zero);
    }

    public void Silence(string about)
    {
        lock (_gate)
        {
            if (_reasons.Remove(about) && _reasons.Count == 0) Arm(TimeSpan.Zero);
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>It sounds, or may: its time begins. Where nothing was sent, what sounds for others goes on.</summary>
    private void Switched(string about, CommandResult result)
    {
        lock (_gate)
        {
            var wasSent = !WasNotSent(result);
            if (!wasSent) _reasons.Remove(about);
            if (_reasons.Count > 0) Arm(_plan.OnFor);
            else if (wasSent) Arm(TimeSpan.Zero);
        }
    }

    private void Arm(TimeSpan span)
    {
        _tries = 0;
        _off = Deadline.In(span, _time);
        _timer.Change(span, Timeout.InfiniteTimeSpan);
    }

    private void Due()
    {
        lock (_gate)
        {
            // A call that was on its way when the time began anew.
            if (_off is not { } off) return;
            if (off.Remaining(_time) is var left && left > TimeSpan.Zero)
            {
                _timer.Change(left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
                return;
            }
        }

        _ = OffAsync();
    }

    private async Task OffAsync()
    {
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            int generation;
            lock (_gate)
            {
                if (_off is not { } off || !off.HasPassed(_time)) return;
                generation = _generation;
            }

            Off(generation, await SwitchAsync(OutletWords.OffVerb, CancellationToken.None));
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Off(int generation, CommandResult result)
    {
        lock (_gate)
        {
            if (generation != _generation) return;
            _off = null;
            if (IsDone(result))
            {
                _reasons.Clear();
                return;
            }

            if (_tries++ == 0) StillOn(_log, _plan.Id, _plan.Device, _plan.Outlet, result.Reason ?? result.Outcome.ToString());
            if (_tries >= OffTries) return;
            _off = Deadline.In(AgainAfter, _time);
            _timer.Change(AgainAfter, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task<CommandResult> SwitchAsync(string verb, CancellationToken withdrawn)
    {
        if (_devices.Find(_plan.Device) is not { } device) return CommandResult.Rejected("there is no such device");
        var id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"channel-{_plan.Id}-{Interlocked.Increment(ref _commands)}");
        return await device.AskAsync(new(id, verb, Arguments.Of((OutletWords.OutletArgument, _plan.Outlet)), Deadline.In(CommandWithin, _time), Caller), null, withdrawn);
    }

    private Delivery EndOf(CommandResult result)
    {
        var said = $"{_plan.Device} outlet {_plan.Outlet}: {result.Reason ?? result.Outcome.ToString()}";
        return result.Outcome is CommandOutcome.Rejected ? Ends.Refused(said) : Ends.Later(said);
    }

    private static bool IsDone(CommandResult result) => result.Outcome is CommandOutcome.Verified or CommandOutcome.AcknowledgedOnly;

    private static bool WasNotSent(CommandResult result) =>
        result.Outcome is CommandOutcome.Rejected or CommandOutcome.Superseded or CommandOutcome.Expired or CommandOutcome.Busy or CommandOutcome.Guarded or CommandOutcome.Cancelled;

    [LoggerMessage(4520, LogLevel.Warning, "Channel {Channel}: {Device} outlet {Outlet} could not be switched off ({Why}); tried again for half an hour")]
    private static partial void StillOn(ILogger log, string channel, DeviceId device, int outlet, string why);
}
