using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Drivers.Runtime.Packages;
using AvGateway.Links;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Runtime;

/// <summary>Runs one driver: one mailbox, one link, one question in flight.</summary>
/// <remarks>
/// This file: the life of the device and its mailbox. <c>.Link</c>: the link and what comes in. <c>.Exchanges</c>: what goes out.
/// <c>.Commands</c>: wishes and their ends. <c>.Context</c>: what the driver may do.
/// </remarks>
public sealed partial class DeviceActor<TReply> : RunningDevice, ILinkUser, IDeviceContext<TReply>
{
    private const int MostCrashes = 5;
    private static readonly TimeSpan CrashWindow = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(5);

    private readonly DevicePlan _plan;
    private readonly DriverManifest<TReply> _manifest;
    private readonly DeviceSurroundings _around;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Mailbox<Message> _mailbox;
    private readonly ReadingTable _readings;
    private readonly FrameRing _frames;
    private readonly CancellationTokenSource _stopping = new();
    private int _stopAsked;
    private LinkKeeper? _keeper;
    private Task _keeping = Task.CompletedTask;
    private DeviceStatus _status;
    private ImmutableSortedDictionary<string, int> _extents = ImmutableSortedDictionary<string, int>.Empty;
    private ImmutableSortedDictionary<string, Target> _targets = ImmutableSortedDictionary<string, Target>.Empty;
    private ImmutableSortedSet<string> _faults = [];

    // Touched only from the mailbox from here on.
    private readonly Alarm _alarm;
    private readonly ExchangeQueue<TReply> _exchanges = new();
    private readonly Queue<long> _crashes = new();
    private DeviceDriver<TReply> _driver;
    private Exception? _notMade;
    private LinkSession? _session;
    private bool _stopped;

    public DeviceActor(DevicePlan plan, DriverManifest<TReply> manifest, DeviceSurroundings around)
    {
        _plan = plan;
        _manifest = manifest;
        _around = around;
        _time = around.Time;
        _log = around.Logs.CreateLogger("AvGateway.Drivers.Device");
        _readings = new(manifest, around.Time, around.Sequence);
        _frames = new(around.Time);
        _mailbox = new(Handle);
        _alarm = new(around.Time, () => _mailbox.Post(new(MessageKind.Alarm)));
        _status = plan.Enabled
            ? new(DeviceState.Init, StatusReasons.Starting, DeviceStatus.UnknownMode, around.Time.GetUtcNow())
            : new(DeviceState.Disabled, StatusReasons.Stopped, DeviceStatus.UnknownMode, around.Time.GetUtcNow());
        _driver = NewDriver();
        if (_notMade is not null && plan.Enabled) _status = _status with { State = DeviceState.Disabled, Reason = StatusReasons.Quarantined };
    }

    public override DeviceId Id => _plan.Id;
    public override DriverManifest Manifest => _manifest;
    public override DeviceStatus Status => Volatile.Read(ref _status);
    public LinkAddress Link => _plan.Link;
    public DateTimeOffset Now => _time.GetUtcNow();

    public override void Start()
    {
        _around.Observer.StatusChanged(this, Status);
        if (!_plan.Enabled) return;
        if (_notMade is not null)
        {
            _mailbox.Post(new(MessageKind.NotMade));
            return;
        }

        var keeper = _keeper = new LinkKeeper(Id, _plan.Link, _plan.Secret, _around, this, _log);
        _keeping = Task.Run(() => keeper.RunAsync(_stopping.Token));
    }

    public override void TryNow() => Volatile.Read(ref _keeper)?.TryNow();

    public override async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _stopAsked, 1) == 1) return;
        await _stopping.CancelAsync();
        _mailbox.Post(new(MessageKind.Stop));
        await SettleAsync();
        try { await _keeping.WaitAsync(StopWithin, _time); }
        catch (TimeoutException) { KeeperHangs(_log, Id); }
        _alarm.Dispose();
    }

    public override Task SettleAsync()
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _mailbox.Post(new(MessageKind.Marker, settled));
        return settled.Task;
    }

    public override void LookAround() => _mailbox.Post(new(MessageKind.LookAround));

    public override IReadOnlyList<LinkFrame> Frames => _frames.Copy();
    public override DeviceSnapshot Snapshot() => new(Id, Status, _readings.Copy(), _targets, _extents, _faults);
    public override bool TryGetReading(string property, out Reading reading) => _readings.TryGet(property, out reading);
    public override int? Extent(string name) => _extents.TryGetValue(name, out var count) ? count : null;

    private DeviceDriver<TReply> NewDriver()
    {
        try
        {
            var driver = _manifest.Create(new(_plan.Link, _plan.Options, _plan.Secret));
            driver.Attach(this);
            return driver;
        }
        catch (Exception bug)
        {
            // A driver that cannot even be made costs its own device and nothing else.
            _notMade = bug;
            return new AbsentDriver<TReply>();
        }
    }

    private void TellNotMade()
    {
        DriverNotMade(_log, _notMade!, Id);
        Raise(_notMade is DriverRefusedException ? RuntimeFaults.DriverRefused.Code : RuntimeFaults.DriverCrashed.Code, _notMade!.Message);
    }

    private void Handle(Message message)
    {
        try
        {
            Dispatch(message);
            Pump();
        }
        catch (Exception bug)
        {
            // One of the named loops: whatever a driver throws, its device gets a new driver and the others notice nothing.
            Crash(bug);
        }
    }

    private void Dispatch(Message message)
    {
        switch (message.Kind)
        {
            case MessageKind.Replies: Heard((ReplyBatch<TReply>)message.Subject!); break;
            case MessageKind.Command: Accept((PendingCommand)message.Subject!); break;
            case MessageKind.Alarm: Ring(); break;
            case MessageKind.Flushed: _flushing = false; break;
            case MessageKind.Linked: Linked((LinkSession)message.Subject!); break;
            case MessageKind.LinkEnded: Ended((LinkSession)message.Subject!, (LinkEnd)message.Detail!); break;
            case MessageKind.OpenFailed: NotOpened((string)message.Subject!, (string)message.Detail!); break;
            case MessageKind.Garbage: Garbage((LinkSession)message.Subject!, (Exception?)message.Detail); break;
            case MessageKind.Withdrawn: Withdraw((PendingCommand)message.Subject!); break;
            case MessageKind.LookAround: Hurry(); break;
            case MessageKind.NotMade: TellNotMade(); break;
            case MessageKind.Stop: Stop(); break;
            case MessageKind.Marker: ((TaskCompletionSource)message.Subject!).SetResult(); break;
        }
    }

    private void Ring()
    {
        while (_alarm.TryTakeDue(out var key))
        {
            switch (key)
            {
                case string name: _driver.OnTimer(name); break;
                case PendingCommand command: RanOut(command); break;
                case Expectation expected: NotSeenYet(expected); break;
                case Clock.Reply: TimedOut(); break;
                case Clock.Quiet: QuietAgain(); break;
                case Clock.Poll: Poll(); break;
                case Clock.Synchronise: GiveUp(StatusReasons.NoReply, $"not in step within {_manifest.SyncWithin.TotalSeconds:0.#} s of the link's opening"); break;
                case Clock.Offline: StillSilent(); break;
                case Clock.Gap: break;
            }
        }
    }

    private void Stop()
    {
        _stopped = true;
        EndAll(CommandResult.Unreachable("the gateway is stopping"));
        LeaveLink(StatusReasons.Stopped, "the gateway is stopping");
        if (_plan.Enabled && _notMade is null) Become(DeviceState.Offline, StatusReasons.Stopped);
    }

    private void Crash(Exception bug)
    {
        Counters.Crashed();
        DriverCrashed(_log, bug, Id);
        EndAll(new(CommandOutcome.Crashed, $"{bug.GetType().Name}: {bug.Message}"));
        LeaveLink(StatusReasons.DriverCrashed, bug.Message, tellDriver: false);
        _driver = NewDriver();
        Raise(RuntimeFaults.DriverCrashed.Code, bug.GetType().Name);
        if (_notMade is null && !IsQuarantineDue())
        {
            Become(DeviceState.Offline, StatusReasons.DriverCrashed);
            return;
        }

        // A driver that keeps throwing is left alone until a person looks, rather than hammering the device (P10).
        _stopping.Cancel();
        Become(DeviceState.Disabled, StatusReasons.Quarantined);
        Quarantined(_log, Id);
    }

    private bool IsQuarantineDue()
    {
        _crashes.Enqueue(_time.GetTimestamp());
        while (_time.GetElapsedTime(_crashes.Peek()) > CrashWindow) _crashes.Dequeue();
        return _crashes.Count > MostCrashes;
    }

    private void Become(DeviceState state, string reason, string? mode = null)
    {
        var was = _status;
        mode ??= was.Mode;
        if (was.State == state && was.Reason == reason && was.Mode == mode) return;
        Volatile.Write(ref _status, new(state, reason, mode, _time.GetUtcNow()));
        _around.Observer.StatusChanged(this, _status);
    }

    /// <summary>The runtime's own alarms; the driver's are strings.</summary>
    private enum Clock { Reply, Gap, Quiet, Poll, Synchronise, Offline }
}
