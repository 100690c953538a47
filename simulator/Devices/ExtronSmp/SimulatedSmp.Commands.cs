using System.Globalization;
using AvGateway.Simulator.Devices.ExtronSis;

namespace AvGateway.Simulator.Devices.ExtronSmp;

/// <summary>The commands, as the user guide's tables have them.</summary>
internal sealed partial class SimulatedSmp
{
    private const string DeviceNotPresent = "E25";
    private const string FileNotFound = "E28";

    /// <summary>Metadata item 13: the title.</summary>
    private const string Title = "M13";

    private const int LongestTitle = 127;

    // The meters: tenths of a decibel, no bars at -600 and below.
    private const int LowestMeter = -1500;

    protected override void Simple(SisSession session, string command)
    {
        var operand = command[..^1];
        switch (char.ToUpperInvariant(command[^1]))
        {
            case 'I': Information(session, operand); break;
            case 'Q' when operand.Length == 0: session.Line(Firmware); break;
            case 'N' when operand.Length == 0: session.Line(PartNumber); break;
            case '%' when operand.Length == 0: Do(session, "Tke", static () => { }); break;
            default: session.Line(InvalidCommand); break;
        }
    }

    private void Information(SisSession session, string operand)
    {
        switch (operand)
        {
            case "": session.Line((session.IsTagged && _switches.TaggedStatus.Now ? "Inf00*" : "") + Everything()); break;
            case "2": session.Line(Tag(session, "Inf02*") + Model); break;
            case "34" when _switches.NoMeters.Now: session.Line(InvalidCommand); break;
            case "34": session.Line(Tag(session, "Inf34*") + Meters()); break;
            case "35": session.Line(Tag(session, "Inf35*") + SmpRecorder.Clock(_recorder.Elapsed)); break;
            case "36": session.Line(Tag(session, "Inf36*") + $"{Destination} {SmpRecorder.Clock(_recorder.Left)}"); break;
            case "37": session.Line(Tag(session, "Inf37*") + Destination); break;
            case "99": session.Line(Tag(session, "Inf99*") + SerialNumber); break;
            default: session.Line(InvalidValue); break;
        }
    }

    private string Destination => _switches.NoMedium.Now ? "N/A" : "internal";

    private string Everything()
    {
        var free = _switches.NoMedium.Now ? 0 : _recorder.Free;
        return string.Create(CultureInfo.InvariantCulture,
            $"<ChA1*ChB3>*<{Word}>*<{Destination}>*<{free}>*<{SmpRecorder.Clock(_recorder.Elapsed)}>*<{SmpRecorder.Clock(_recorder.Left)}>");
    }

    private string Word => _recorder.State switch
    {
        SmpState.Recording => "recording",
        SmpState.Paused => "paused",
        SmpState.Finalising when _switches.FinalisesAsRecording.Now => "recording",
        _ => "stopped",
    };

    private int StateNumber => Word switch { "recording" => 1, "paused" => 2, _ => 0 };

    private string Meters()
    {
        var left = _switches.Silence.Now ? LowestMeter : (int)Math.Round(_switches.Level.Now * 10);
        return string.Create(CultureInfo.InvariantCulture, $"{left}*{Math.Max(LowestMeter, left - 50)}");
    }

    protected override void Extended(SisSession session, string body)
    {
        if (Strip(body, "CV", out var mode)) VerboseMode(session, mode);
        else if (Strip(body, "RCDR", out var act)) Recorder(session, act);
        else if (body == "CT" && !_switches.NoClock.Now) session.Line(Tag(session, "Ipt ") + DateAndTime());
        else if (body is "1BOOT" && session.Role != SisRole.Administrator) session.Line(PrivilegeViolation);
        else if (body is "1BOOT") Restart(session);
        else session.Line(InvalidCommand);
    }

    private void Recorder(SisSession session, string act)
    {
        switch (act)
        {
            case "Y": session.Line(Tag(session, "RcdrY") + StateNumber.ToString(CultureInfo.InvariantCulture)); break;
            case "Y0": Transport(session, act, null, () => Stop(session)); break;
            case "Y1": Transport(session, act, _recorder.State is SmpState.Finalising ? Busy : Barred(), Record); break;
            case "Y2": Transport(session, act, _recorder.State is SmpState.Stopped or SmpState.Finalising ? InvalidHere : null, () => _recorder.Become(SmpState.Paused)); break;
            case "B" when _recorder.State is SmpState.Recording: Do(session, "RcdrB", () => _marks++); break;
            case "B": session.Line(InvalidHere); break;
            case Title: session.Line(Tag(session, "RcdrM13*") + _title); break;
            case var title when title.StartsWith(Title + "*", StringComparison.Ordinal): SetTitle(session, title[(Title.Length + 1)..]); break;
            case ['E', ..]: session.Line(InvalidHere); break;
            default: session.Line(InvalidCommand); break;
        }
    }

    /// <summary>The echo comes first; the recorder follows it, at once or late.</summary>
    private void Transport(SisSession session, string act, string? barred, Action follow)
    {
        if (barred is not null && !Refuse.On) session.Line(barred);
        else Do(session, "Rcdr" + act, () =>
        {
            _follows?.Dispose();
            if (_switches.TransportDelay.Now > TimeSpan.Zero) _follows = After(_switches.TransportDelay.Now, follow);
            else follow();
        });
    }

    private void SetTitle(SisSession session, string title)
    {
        if (title.Length > LongestTitle) session.Line(InvalidValue);
        else if (_recorder.State is not SmpState.Stopped) session.Line(InvalidHere);
        else Do(session, "RcdrM13*" + title, () => _title = title);
    }

    private void Restart(SisSession session)
    {
        session.Line(Refuse.On ? RefusalCode() : "Boot1");
        if (!Refuse.On && !Frozen) Reboot();
    }

    private static string Tag(SisSession session, string tag) => session.IsTagged ? tag : "";

    private static bool Strip(string body, string ending, out string rest)
    {
        var found = body.EndsWith(ending, StringComparison.Ordinal);
        rest = found ? body[..^ending.Length] : "";
        return found;
    }
}
