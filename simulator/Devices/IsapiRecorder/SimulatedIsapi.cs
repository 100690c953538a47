using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Http;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.IsapiRecorder;

/// <summary>
/// A network recorder with one camera on the ISAPI interface. Whether it records is told nowhere; what it has recorded is found by a search.
/// This part is the machine; the interface is in the other part.
/// </summary>
internal sealed partial class SimulatedIsapi : SimulatedDevice<IsapiSession>, ICatalogued
{
    private const int MostFiles = 200;

    private readonly IsapiSwitches _switches;
    private readonly DigestLogin? _login;
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _files = [];
    private IDisposable? _end;
    private bool _isRecording;
    private bool _grows = true;
    private DateTimeOffset _from;
    private TimeSpan _length;
    private long _settledAt;

    public SimulatedIsapi(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(50))
    {
        _settledAt = time.GetTimestamp();
        _login = setting.Password is { } password ? new("IP Recorder", setting.User ?? "admin", password) : null;
        _switches = new(Switches, this);
        Panel.Add("record", "Starts a recording at the recorder.", Start);
        Panel.Add("stop", "Ends it.", Stop);
    }

    public static SimulatorDescriptor Descriptor { get; } =
        new("isapi-recorder", "recorder", "Network recorder with the ISAPI interface", [LinkKind.Tcp],
        static (setting, time) => new SimulatedIsapi(setting, time))
        { TcpScheme = "http" };

    /// <summary>The clock of the device, in its own zone.</summary>
    private DateTimeOffset Clock => Now.ToOffset(TimeSpan.FromMinutes(Setting.Count("utcOffset", 480, -720, 840))).AddSeconds(_switches.ClockOffset.Now);

    protected override Session NewSession(Connection connection) => new IsapiSession(this, connection);

    protected override void BackToFactory()
    {
        _files.Clear();
        _isRecording = false;
        Restarted();
    }

    // What was written until the mains went is on the disk.
    protected override void Restarted()
    {
        _end?.Dispose();
        _end = null;
        if (_isRecording) Keep();
        _isRecording = false;
        _grows = !_switches.NoGrowth.Now;
    }

    protected override void Describe(JsonObject state)
    {
        Settle();
        state["recorder"] = _isRecording ? "recording" : "stopped";
        state["files"] = _files.Count + (_isRecording ? 1 : 0);
        state["seconds"] = _isRecording ? (long)_length.TotalSeconds : 0;
        state["disk"] = _switches.DiskStatus.Now;
        state["clock"] = Clock.ToString("O", CultureInfo.InvariantCulture);
    }

    internal void GrowthChanged()
    {
        Settle();
        _grows = !_switches.NoGrowth.Now;
    }

    internal void DiskChanged()
    {
        if (!DiskIsGood) Stop();
    }

    private bool DiskIsGood => _switches.DiskStatus.Now is "ok" or "idle" or "sleeping";

    private void Settle()
    {
        var now = Time.GetTimestamp();
        if (_isRecording && _grows) _length += Time.GetElapsedTime(_settledAt, now);
        _settledAt = now;
    }

    private void Start()
    {
        if (_isRecording || !DiskIsGood) return;
        Settle();
        (_isRecording, _from, _length) = (true, Clock, TimeSpan.Zero);
        if (_switches.StopsByItself.Now > TimeSpan.Zero) _end = After(_switches.StopsByItself.Now, Stop);
    }

    private void Stop()
    {
        if (!_isRecording) return;
        Settle();
        _end?.Dispose();
        Keep();
        _isRecording = false;
    }

    private void Keep()
    {
        if (_files.Count == MostFiles) _files.RemoveAt(0);
        _files.Add((_from, _from + _length));
    }
}
