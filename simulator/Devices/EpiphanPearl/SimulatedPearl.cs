using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.EpiphanPearl;

/// <summary>
/// A capture appliance with an HTTP API: recorders that start and stop some time after they said yes. This part is the machine; the API is
/// in the other part.
/// </summary>
internal sealed partial class SimulatedPearl : SimulatedDevice<PearlSession>, ICatalogued
{
    private const string Stopped = "stopped", Starting = "starting", Started = "started", Stopping = "stopping";

    private readonly PearlSwitches _switches;
    private string _state = Stopped;
    private IDisposable? _next;
    private IDisposable? _end;
    private TimeSpan _duration;
    private long _settledAt;
    private bool _grows = true;
    private int _files;
    private int _bookmarks;

    public SimulatedPearl(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(60))
    {
        _settledAt = time.GetTimestamp();
        _switches = new(Switches, this);
        Panel.Add("record", "Touches REC.", Start);
        Panel.Add("stop", "Touches STOP.", Stop);
    }

    public static SimulatorDescriptor Descriptor { get; } =
        new("epiphan-pearl", "recorder", "Epiphan Pearl capture appliance (HTTP API)", [LinkKind.Tcp],
        static (setting, time) => new SimulatedPearl(setting, time))
        { TcpScheme = "http" };

    internal bool ClosesEach => _switches.ClosesEach.Now;

    /// <summary>Version 1 has no branch for the system.</summary>
    private bool IsOld => Setting.Word("api", "v2.0") == "v1";

    private string Recorder => Setting.Word("recorder", "1");

    private DateTimeOffset Clock => Now.ToOffset(TimeSpan.FromMinutes(Setting.Count("utcOffset", 480, -720, 840))).AddSeconds(_switches.ClockOffset.Now);

    protected override Session NewSession(Connection connection) => new PearlSession(this, connection);

    protected override void BackToFactory()
    {
        _files = _bookmarks = 0;
        Restarted();
    }

    // A file that was being written when the mains went is not finished.
    protected override void Restarted()
    {
        foreach (var timer in (IDisposable?[])[_next, _end]) timer?.Dispose();
        _next = _end = null;
        _state = Stopped;
        _duration = TimeSpan.Zero;
        _grows = !_switches.NoGrowth.Now;
    }

    protected override void Describe(JsonObject state)
    {
        state["recorder"] = _state;
        state["duration"] = (long)Duration().TotalSeconds;
        state["files"] = _files;
        state["bookmarks"] = _bookmarks;
        state["clock"] = Clock.ToString("O", CultureInfo.InvariantCulture);
    }

    internal void GrowthChanged()
    {
        Settle();
        _grows = !_switches.NoGrowth.Now;
    }

    private TimeSpan Duration()
    {
        Settle();
        return _state is Started or Stopping ? _duration : TimeSpan.Zero;
    }

    private void Settle()
    {
        var now = Time.GetTimestamp();
        if (_state == Started && _grows) _duration += Time.GetElapsedTime(_settledAt, now);
        _settledAt = now;
    }

    private void Become(string state)
    {
        Settle();
        _state = state;
    }

    private void Start()
    {
        if (_state is Started or Starting) return;
        _duration = TimeSpan.Zero;
        Become(Starting);
        Then(_switches.StartTime.Now, () =>
        {
            Become(Started);
            if (_switches.StopsByItself.Now > TimeSpan.Zero) _end = After(_switches.StopsByItself.Now, Stop);
        });
    }

    private void Stop()
    {
        if (_state is Stopped or Stopping) return;
        _end?.Dispose();
        Become(Stopping);
        Then(_switches.StopTime.Now, () =>
        {
            Become(Stopped);
            _files++;
        });
    }

    private void Then(TimeSpan delay, Action follow)
    {
        _next?.Dispose();
        if (delay > TimeSpan.Zero) _next = After(delay, follow);
        else follow();
    }
}
