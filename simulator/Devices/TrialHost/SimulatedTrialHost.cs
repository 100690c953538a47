using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.TrialHost;

/// <summary>
/// The recording of a trial host behind its property port: code 0002 reads a property, 0003 writes one. The framing is known from the client of a fielded court
/// platform; the names of the properties are this simulator's own. What a host says to a write is not known: the switch <c>write-answer</c> has the possibilities.
/// </summary>
internal sealed class SimulatedTrialHost : SimulatedDevice<TrialHostSession>, ICatalogued
{
    private const ushort Read = 2, Write = 3;
    private const string Stopped = "0", Recording = "1", Paused = "2";
    private const int MostSeconds = 360_000;

    private readonly TrialHostSwitches _switches;
    private readonly string _version;
    private string _state = Stopped;
    private string _wish = Stopped;
    private IDisposable? _change;
    private TimeSpan _recorded;
    private TimeSpan _used;
    private long _since;
    private int _files;

    public SimulatedTrialHost(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(20))
    {
        _version = setting.Word("version", "V3.2.1");
        _switches = new(Switches);
        Panel.Add("record", "Presses the record key of the host.", () => Become(Recording));
        Panel.Add("pause", "Presses the pause key of the host.", () => Become(Paused));
        Panel.Add("stop", "Presses the stop key of the host.", () => Become(Stopped));
    }

    public static SimulatorDescriptor Descriptor { get; } = new("trial-host", "recorder", "Trial host (property port)",
        [LinkKind.Tcp], static (setting, time) => new SimulatedTrialHost(setting, time));

    protected override Session NewSession(Connection connection) => new TrialHostSession(this, connection);

    protected override void BackToFactory()
    {
        Count();
        (_state, _wish, _recorded, _used, _files) = (Stopped, Stopped, TimeSpan.Zero, TimeSpan.Zero, 0);
    }

    // A recording does not survive the loss of mains.
    protected override void Restarted()
    {
        Count();
        _state = _wish = Stopped;
    }

    protected override void Describe(JsonObject state)
    {
        Count();
        state["recording"] = _state switch { Recording => "recording", Paused => "paused", _ => "stopped" };
        state["recorded"] = (int)_recorded.TotalSeconds;
        state["files"] = _files;
    }

    internal void Obey(TrialHostSession session, ushort code, string text)
    {
        Count();
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (code == Read) session.Say(Read, $"{text}={Value(text)}");
        else if (equals > 0) Written(session, text[..equals], Set(text[..equals], text[(equals + 1)..]));
        else Written(session, text, "");
        if (_switches.ClosesAfterAnswer.Now) session.Leave();
    }

    private void Written(TrialHostSession session, string key, string value)
    {
        if (_switches.WriteAnswer.Now == TrialHostSwitches.Property) session.Say(Write, $"{key}={value}");
        else if (_switches.WriteAnswer.Now == TrialHostSwitches.Word) session.Say(Write, "ok");
    }

    private string Value(string key) => key switch
    {
        "record.state" => _switches.StateWord.Now ?? _state,
        "record.time" => Number(_recorded.TotalSeconds),
        "disk.time" => Number(_switches.DiskFull.Now ? 60 : MostSeconds - _used.TotalSeconds),
        "audio.level" => _switches.Level.Now.ToString("0.0", CultureInfo.InvariantCulture),
        "sys.version" => _version,
        "record" => _wish,
        _ => "",
    };

    private string Set(string key, string value)
    {
        if (key != "record" || value is not (Stopped or Recording or Paused)) return Value(key);
        if (Refuse.On) return Refuse.Code ?? _wish;
        if (value == Paused && _state == Stopped) return _wish;
        if (Frozen) return value;
        _wish = value;
        _change?.Dispose();
        if (_switches.StartTime.Now == TimeSpan.Zero) Become(value);
        else _change = After(_switches.StartTime.Now, () => Become(value));
        return value;
    }

    private void Become(string state)
    {
        Count();
        if (state == Paused && _state == Stopped) return;
        if (state == Recording && _state == Stopped)
        {
            _recorded = TimeSpan.Zero;
            var file = ++_files;
            if (_switches.StopsByItself.Now is var byItself && byItself > TimeSpan.Zero)
            {
                After(byItself, () =>
                {
                    if (_files == file) Become(Stopped);
                });
            }
        }

        _state = _wish = state;
    }

    /// <summary>Takes over the time that has passed since the last look.</summary>
    private void Count()
    {
        var passed = Time.GetElapsedTime(_since);
        _since = Time.GetTimestamp();
        if (_state != Recording || _switches.NoGrowth.Now || !Powered) return;
        _recorded += passed;
        _used += passed;
    }

    private static string Number(double seconds) => Math.Floor(seconds).ToString(CultureInfo.InvariantCulture);
}
