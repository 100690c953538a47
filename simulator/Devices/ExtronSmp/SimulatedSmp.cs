using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.ExtronSis;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.ExtronSmp;

/// <summary>
/// A streaming media processor that records to a disk, on the Simple Instruction Set by RS-232 or TCP (Telnet port 23). This part is the
/// machine and its sessions; the commands are in the other part.
/// </summary>
internal sealed partial class SimulatedSmp : SisDevice, ICatalogued
{
    private const long UsualKilobytes = 437_342_288;

    private readonly SmpSwitches _switches;
    private SmpRecorder _recorder;
    private IDisposable? _end;
    private IDisposable? _finalised;
    private IDisposable? _follows;
    private string _title = "";
    private int _marks;
    private int _files;

    public SimulatedSmp(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(60))
    {
        _recorder = NewRecorder();
        _switches = new(Switches, this);
        AddFrontPanel();
    }

    public static SimulatorDescriptor Descriptor { get; } =
        new("extron-smp", "recorder", "Extron SMP streaming recorder (SIS)", [LinkKind.Tcp, LinkKind.Serial],
        static (setting, time) => new SimulatedSmp(setting, time));

    protected override ISisSwitches Connections => _switches;

    private string Model => Setting.Word("model", "SMP 351");

    private string PartNumber => Setting.Word("partNumber", "60-1324-01");

    private string Firmware => Setting.Word("firmware", "2.12");

    private string SerialNumber => Setting.Word("serialNumber", "A" + Identity.Hex(Setting.Id, 7));

    /// <summary>Kilobytes a second of both channels at the rate that the encoder is set to.</summary>
    private int Rate => Setting.Count("rate", 640, 1, 100_000);

    /// <summary>The clock on the front, in local time.</summary>
    private DateTime LocalTime =>
        Now.UtcDateTime.AddMinutes(Setting.Count("utcOffset", 480, -720, 840)).AddSeconds(_switches.ClockOffset.Now);

    protected override void BackToFactory()
    {
        _files = 0;
        Restarted();
        _recorder = NewRecorder();
        Apply();
    }

    // A file that was being written when the mains went was never finished, and is lost.
    protected override void Restarted()
    {
        foreach (var timer in (IDisposable?[])[_end, _finalised, _follows]) timer?.Dispose();
        _end = _finalised = _follows = null;
        _recorder.Become(SmpState.Stopped);
        _title = "";
        _marks = 0;
    }

    protected override void Describe(JsonObject state)
    {
        state["model"] = Model;
        state["serialNumber"] = SerialNumber;
        state["recorder"] = _recorder.State.ToString().ToLowerInvariant();
        state["elapsed"] = SmpRecorder.Clock(_recorder.Elapsed);
        state["freeKilobytes"] = _recorder.Free;
        state["files"] = _files;
        state["marks"] = _marks;
        state["title"] = _title;
        state["clock"] = LocalTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    internal override void BrownOut()
    {
        Restarted();
        base.BrownOut();
    }

    internal void GrowthChanged() => Apply();

    internal void DiskSwitched()
    {
        Apply();
        if (_recorder.State is not SmpState.Stopped && Barred() is not null) Stop(null);
    }

    private void Apply()
    {
        _recorder.Grow(!_switches.NoGrowth.Now, !_switches.TimeOnly.Now);
        if (_switches.DiskFull.Now) _recorder.Fill();
        else if (_switches.DiskLeft.Now is { } seconds) _recorder.Hold(TimeSpan.FromSeconds(seconds));
        ArmEnd();
    }

    private SmpRecorder NewRecorder() => new(Time, Setting.Count("freeMegabytes", (int)(UsualKilobytes / 1000), 1, int.MaxValue) * 1000L + 288, Rate);

    protected override string Banner(SisSession session)
    {
        var banner = string.Create(CultureInfo.InvariantCulture,
            $"(c) Copyright {LocalTime.Year}, Extron Electronics, {Model}, V{Firmware}, {PartNumber}\r\n");
        return session.Kind == LinkKind.Tcp ? banner + DateAndTime() + "\r\n" : banner;
    }

    private string DateAndTime() => LocalTime.ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Why nothing can be recorded, or null.</summary>
    private string? Barred() =>
        _switches.NoMedium.Now ? DeviceNotPresent : _switches.DiskFull.Now || _recorder.Free < Rate ? FileNotFound : null;

    private void Record()
    {
        if (_recorder.State is not (SmpState.Stopped or SmpState.Paused)) return;
        _recorder.Become(SmpState.Recording);
        ArmEnd();
    }

    private void Stop(SisSession? asker)
    {
        if (_recorder.State is SmpState.Stopped or SmpState.Finalising) return;
        _end?.Dispose();
        _recorder.Become(SmpState.Finalising);
        _finalised = After(_switches.FinalisingTime.Now, () =>
        {
            _recorder.Become(SmpState.Stopped);
            _title = "";
            _files++;
        });
        if (asker is null) Changed(null, "RcdrY0");
    }

    private void ArmEnd()
    {
        _end?.Dispose();
        _end = null;
        if (_recorder.State is not SmpState.Recording) return;
        var byItself = _switches.StopsByItself.Now;
        if (byItself > TimeSpan.Zero && (!_recorder.FileGrows || byItself < _recorder.Left)) _end = After(byItself, () => Stop(null));
        else if (_recorder.FileGrows) _end = After(_recorder.Left, () => Stop(null));
    }

    private void AddFrontPanel()
    {
        Panel.Add("record", "Presses REC.", _ => ByHand(Barred(), () =>
        {
            Record();
            Changed(null, "RcdrY1");
        }));
        Panel.Add("pause", "Presses PAUSE.", _ => ByHand(_recorder.State is SmpState.Recording ? null : InvalidHere, () =>
        {
            _recorder.Become(SmpState.Paused);
            Changed(null, "RcdrY2");
        }));
        Panel.Add("stop", "Presses STOP.", _ => ByHand(null, () => Stop(null)));
        Panel.Add("mark", "Sets a chapter mark.", _ => ByHand(_recorder.State is SmpState.Recording ? null : InvalidHere, () =>
        {
            _marks++;
            Changed(null, "RcdrB");
        }));
    }

    private static ControlProblem? ByHand(string? barred, Action act)
    {
        if (barred is not null)
            return new(ControlFault.Impossible, $"The recorder shows {barred}.", "/verb", "Look at the state and remove the cause first.");
        act();
        return null;
    }
}
