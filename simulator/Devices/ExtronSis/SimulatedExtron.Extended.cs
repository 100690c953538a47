using System.Globalization;

namespace AvGateway.Simulator.Devices.ExtronSis;

/// <summary>The commands between Escape and CR. Each is told by its last letters.</summary>
internal sealed partial class SimulatedExtron
{
    private const int LowestGroup = -1000;
    private const int HighestGroup = 120;
    private const int LowestDsp = 1048;
    private const int HighestDsp = 2168;

    protected override void Extended(SisSession session, string body)
    {
        if (body.StartsWith("+Q", StringComparison.Ordinal)) QuickTies(session, body[2..]);
        else if (Strip(body, "CV", out var mode)) VerboseMode(session, mode);
        else if (Strip(body, "CN", out var name)) Name(session, name);
        else if (body == "CI") session.Line((session.IsTagged ? "Ipi " : "") + Setting.Word("address", "192.168.254.254"));
        else if (Strip(body, "GRPM", out var group) && group.StartsWith('D'))
            Level(session, group[1..], "GrpmD", _model.Groups, 0, LowestGroup, HighestGroup);
        else if (Strip(body, "AU", out var dsp) && dsp.StartsWith('G'))
            Level(session, dsp[1..], "DsG", _model.DspLevels, LowestDsp, LowestDsp, HighestDsp);
        else if (Strip(body, "AU", out var mute) && mute.StartsWith('M')) Level(session, mute[1..], "DsM", _model.DspMutes, 0, 0, 1);
        else if (body is "1BOOT") Administrator(session, "Boot1", Reboot);
        else if (body is "ZXXX") Administrator(session, "Zpx", BackToFactory);
        else session.Line(InvalidCommand);
    }

    private static bool Strip(string body, string ending, out string rest)
    {
        var found = body.EndsWith(ending, StringComparison.Ordinal);
        rest = found ? body[..^ending.Length] : "";
        return found;
    }

    private void Name(SisSession session, string name)
    {
        if (name.Length == 0) session.Line((session.IsTagged ? "Ipn " : "") + _model.Name);
        else if (session.Role != SisRole.Administrator) session.Line(PrivilegeViolation);
        else if (name.Length > 63 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) session.Line(InvalidValue);
        else Do(session, $"Ipn {name}", () => _model.Name = name);
    }

    /// <summary>Several ties at once. All of them are right, or none is made; the confirmation does not say what was made.</summary>
    private void QuickTies(SisSession session, string list)
    {
        var ties = new List<(Plane[] Planes, int Input, int Output)>();
        while (list.Length > 0)
        {
            var end = list.IndexOfAny(['!', '%', '&', '$']);
            if (end < 0 || !TryPair(list[..end], out var input, out var output))
            {
                session.Line(InvalidCommand);
                return;
            }

            if (input > _model.Inputs || output < 1 || output > _model.Outputs)
            {
                session.Line(input > _model.Inputs ? InvalidInput : InvalidOutput);
                return;
            }

            ties.Add((PlanesOf(list[end]), input, output));
            list = list[(end + 1)..];
        }

        if (ties.Count == 0) session.Line(InvalidCommand);
        else Do(session, "Qik", () => ties.ForEach(tie => Tie(tie.Planes, tie.Input, tie.Output)));
    }

    private void Level(
        SisSession session, string operands, string tag, SortedDictionary<int, int> levels, int start, int lowest, int highest)
    {
        var star = operands.IndexOf('*', StringComparison.Ordinal);
        if (!int.TryParse(star < 0 ? operands : operands[..star], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            session.Line(InvalidCommand);
        else if (number is < 1 or > 99_999) session.Line(InvalidOutput);
        else if (star < 0)
        {
            var found = levels.GetValueOrDefault(number, start).ToString(CultureInfo.InvariantCulture);
            session.Line(session.IsTagged ? $"{tag}{number}*{found}" : found);
        }
        else if (!TrySigned(operands[(star + 1)..], out var value) || value < lowest || value > highest) session.Line(InvalidValue);
        else Do(session, $"{tag}{number}*{value}", () => levels[number] = value);
    }

    private void Administrator(SisSession session, string confirmation, Action act)
    {
        if (session.Role != SisRole.Administrator) session.Line(PrivilegeViolation);
        else if (Refuse.On) session.Line(RefusalCode());
        else
        {
            session.Line(confirmation);
            if (!Frozen) act();
        }
    }
}
