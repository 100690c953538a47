using AvGateway.Devices;
using AvGateway.Drivers.Runtime;
using AvGateway.Links;

namespace AvGateway.Drivers.Conformance;

/// <summary>The device under trial: the real actor on a real link, and what the checks may do with it.</summary>
public sealed class Subject : IAsyncDisposable
{
    private readonly DeviceFleet _fleet;
    private readonly CuttableLinks _links;
    private readonly WireLog _log;
    private readonly Watch _watch = new();
    private readonly TimeProvider _time;
    private readonly CancellationToken _cancellation;
    private readonly Stack<Act> _undo = new();
    private int _commands;

    internal Subject(ConformancePlan plan, ILinkFactory links, TimeProvider time, CancellationToken cancellation)
    {
        (Plan, _time, _cancellation, _links, _log) = (plan, time, cancellation, new(links), new(time));
        var device = new DevicePlan(new("conform", plan.Manifest.Name), plan.Manifest, plan.Link, plan.Options) { Secret = plan.Secret, Poll = plan.Poll };
        _fleet = new([device], new(time, _links, _watch, new SequenceSource(1), new HostGate(), _log)
        {
            Backoff = new(TimeSpan.FromMilliseconds(200), plan.FarEnd is null ? TimeSpan.FromSeconds(5) : TimeSpan.FromMilliseconds(500)),
        });
        Device = _fleet.Running.Single();
    }

    public ConformancePlan Plan { get; }
    public DriverManifest Manifest => Plan.Manifest;
    public RunningDevice Device { get; }
    public DeviceSnapshot Snapshot => Device.Snapshot();
    public IReadOnlyList<PassedFrame> Frames => _log.Frames;
    public IReadOnlyList<string> Errors => _log.Errors;
    public int Opens => _links.Opens;
    public bool IsOnline => Device.Status.State is DeviceState.Online;
    public IFarEnd FarEnd => Plan.FarEnd!;

    /// <summary>What the checks ask of the device; null where there is nothing that could be asked.</summary>
    public Act? Act { get; internal set; }

    /// <summary>What was seen while the device acknowledged and did nothing; null while that was not tried. The rules of the classes judge it too, and nobody waits for it twice.</summary>
    internal Unfollowed? Unfollowed { get; set; }

    /// <summary>What was seen of one recording; null while that was not tried, or did not come to its end.</summary>
    internal Classes.RecordingTime? RecordingTime { get; set; }

    internal bool WasRecordingTried { get; set; }

    /// <summary>What was seen while a display was off and came on again; null while that was not tried.</summary>
    internal Classes.DarkTime? DarkTime { get; set; }

    internal TimeProvider Time => _time;

    internal void Start() => _fleet.Start();

    public TimeSpan Since(long timestamp) => _time.GetElapsedTime(timestamp);

    public long Now => _time.GetTimestamp();

    /// <summary>Waits until the condition holds, looked at after each change that the device tells.</summary>
    public async Task UntilAsync(Func<bool> condition, string what, TimeSpan? within = null)
    {
        if (await TryUntilAsync(condition, within ?? Plan.Patience)) return;
        throw new NotKeptException($"{what}: not within {(within ?? Plan.Patience).TotalSeconds:0.#} s; it is {Device.Status.State} ({Device.Status.Reason})");
    }

    public async Task<bool> TryUntilAsync(Func<bool> condition, TimeSpan within)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _watch.Changed = () =>
        {
            if (condition()) met.TrySetResult();
        };
        _watch.Changed();
        try
        {
            await met.Task.WaitAsync(within, _time, _cancellation);
            return true;
        }
        catch (TimeoutException)
        {
            return condition();
        }
        finally
        {
            _watch.Changed = null;
        }
    }

    /// <summary>Notes from here on what is shown and told.</summary>
    public Sight Look()
    {
        var sight = new Sight(Snapshot);
        _watch.Sight = sight;
        return sight;
    }

    /// <summary>Long enough for everything that follows by itself to be shown: two polls.</summary>
    public TimeSpan TwoPolls => (Plan.Poll ?? Manifest.Poll) * 2;

    public Task OnlineAsync(TimeSpan? within = null) => UntilAsync(() => IsOnline, "in step", within);

    /// <summary>Lets time pass in which nothing is done.</summary>
    public Task PassAsync(TimeSpan span) => Task.Delay(span, _time, _cancellation);

    /// <summary>Cuts the link on our side and keeps it cut until <see cref="MendAsync"/>.</summary>
    public async Task CutAsync()
    {
        _links.Cut();
        await UntilAsync(() => !IsOnline, "noticing that the link was cut");
    }

    public async Task MendAsync()
    {
        _links.Mend();
        Device.TryNow();
        await OnlineAsync();
    }

    /// <summary>Asks for it, and remembers what would take it back until that was seen.</summary>
    public async Task<CommandResult> AskAsync(Act act)
    {
        if (act.Back is { } back && !_undo.Contains(back)) _undo.Push(back);
        return await SendAsync(act, _cancellation);
    }

    /// <summary>Asks for it; anything but the device's own proof is a rule that was not kept.</summary>
    public async Task VerifyAsync(Act act)
    {
        var result = await AskAsync(act);
        if (result.Outcome is CommandOutcome.AcknowledgedOnly && !ReadsBack(act)) return;
        if (result.Outcome is not CommandOutcome.Verified) throw new NotKeptException($"{act} ended as {result.Outcome}: {result.Reason}");
        if (result.Attempts == 0) throw new NotKeptException($"{act} was verified and nothing was sent");
        if (Snapshot[act.Property] != act.Seen) throw new NotKeptException($"{act} was verified and {act.Property} is shown as \"{Snapshot[act.Property]}\"");
    }

    public bool ReadsBack(Act act) => Manifest.Verbs.First(v => v.Name == act.Verb).ReadBack;

    public async Task VerifyBackAsync(Act act)
    {
        if (act.Back is not { } back) return;
        await VerifyAsync(back);
        WasTakenBack(act);
    }

    /// <summary>It was seen to be as before.</summary>
    public void WasTakenBack(Act act)
    {
        if (act.Back is { } back) Forget(back);
    }

    /// <summary>Takes back whatever was left behind by a check that did not come to its end; returns what could not be taken back.</summary>
    internal async Task<IReadOnlyList<string>> RestoreAsync()
    {
        _links.Mend();
        var left = new List<string>();
        while (_undo.TryPop(out var back))
        {
            // What a person broke off is tidied up all the same.
            var result = await SendAsync(back, CancellationToken.None);
            if (result.Outcome is not (CommandOutcome.Verified or CommandOutcome.AcknowledgedOnly)) left.Add($"{back}: {result.Outcome}");
        }

        return left;
    }

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    private void Forget(Act back)
    {
        var rest = _undo.Where(u => u != back).Reverse().ToArray();
        _undo.Clear();
        foreach (var each in rest) _undo.Push(each);
    }

    private async Task<CommandResult> SendAsync(Act act, CancellationToken cancellation)
    {
        var command = new CommandRequest($"conform-{++_commands}", act.Verb, act.Arguments, Deadline.In(Plan.Patience, _time), "conform");
        return await Device.AskAsync(command, progress: null, cancellation).WaitAsync(Plan.Patience * 2, _time, CancellationToken.None);
    }

    private sealed class Watch : IDeviceObserver
    {
        private volatile Action? _changed;
        private volatile Sight? _sight;

        public Action? Changed { get => _changed; set => _changed = value; }
        public Sight? Sight { set => _sight = value; }

        public void StatusChanged(IDevice device, DeviceStatus status) => _changed?.Invoke();

        public void ReadingChanged(IDevice device, string property, in Reading reading)
        {
            _sight?.Add(property, reading);
            _changed?.Invoke();
        }

        public void TargetChanged(IDevice device, string property, Target? target) => _changed?.Invoke();
        public void FaultChanged(IDevice device, string code, bool raised, string? detail) => _changed?.Invoke();
        public void ExtentChanged(IDevice device) => _changed?.Invoke();

        public void Happened(IDevice device, DeviceEvent happened)
        {
            _sight?.Add(happened);
            _changed?.Invoke();
        }
    }
}
