using System.Globalization;

namespace AvGateway.Simulator.Devices.ExtronSis;

/// <summary>The commands that run at their letter: ties, presets, mutes, levels, and what the switcher tells about itself.</summary>
internal sealed partial class SimulatedExtron
{
    private const string InvalidInput = "E01";
    private const string InvalidPreset = "E11";
    private const string InvalidOutput = "E12";

    private const int LowestGain = -18;
    private const int HighestGain = 24;

    private static readonly Plane[] AllPlanes = Enum.GetValues<Plane>();

    private static Plane[] PlanesOf(char letter) =>
        letter switch { '%' => [Plane.Video], '&' => [Plane.Rgb], '$' => [Plane.Audio], _ => AllPlanes };

    private static string TagOf(char letter) => letter switch { '%' => "Vid", '&' => "RGB", '$' => "Aud", _ => "All" };

    private void Tie(Plane[] planes, int input, int output)
    {
        foreach (var plane in planes) _model.Ties[plane, output] = input;
    }

    protected override void Simple(SisSession session, string command)
    {
        var letters = command.EndsWith("LS", StringComparison.OrdinalIgnoreCase) ? 2 : 1;
        var letter = char.ToUpperInvariant(command[^letters]);
        var operands = command[..^letters];
        switch (letter)
        {
            case '!' or '%' or '&' or '$': TieCommand(session, operands, letter); break;
            case '.' or ',': Preset(session, operands, letter == '.'); break;
            case 'B': Mute(session, operands, _model.VideoMute, "Vmt"); break;
            case 'Z': Mute(session, operands, _model.AudioMute, "Amt"); break;
            case 'G': Gain(session, operands); break;
            case 'V': Volume(session, operands); break;
            case 'X': FrontPanelLock(session, operands); break;
            case 'L' when letters == 2 && operands is "" or "0": SignalPresence(session); break;
            case 'N' when operands.Length == 0: session.Line(Tagged(session, "Pno") + _model.PartNumber); break;
            case 'I': Information(session, operands); break;
            case 'Q': Firmware(session, operands); break;
            case 'S' when operands.Length == 0: session.Line(Status()); break;
            default: session.Line(InvalidCommand); break;
        }
    }

    private void TieCommand(SisSession session, string operands, char letter)
    {
        if (operands.EndsWith('*') && TryNumber(operands[..^1], out var source))
        {
            if (source > _model.Inputs) session.Line(InvalidInput);
            else Do(session, $"In{_model.Padded(source)} {TagOf(letter)}", () =>
            {
                for (var output = 1; output <= _model.Outputs; output++) Tie(PlanesOf(letter), source, output);
            });
        }
        else if (TryPair(operands, out var input, out var output))
        {
            if (input > _model.Inputs) session.Line(InvalidInput);
            else if (output < 1 || output > _model.Outputs) session.Line(InvalidOutput);
            else
                Do(session, $"Out{_model.Padded(output)} In{_model.Padded(input)} {TagOf(letter)}",
                    () => Tie(PlanesOf(letter), input, output));
        }
        else if (!TryNumber(operands, out var asked)) session.Line(InvalidCommand);
        else if (asked < 1 || asked > _model.Outputs) session.Line(InvalidOutput);
        else
        {
            // Reading "all" gives the video plane, as the manual's examples do.
            var shown = letter == '!' ? '%' : letter;
            var found = _model.Padded(_model.Ties[PlanesOf(shown)[0], asked]);
            session.Line(session.IsTagged ? $"Out{_model.Padded(asked)} In{found} {TagOf(shown)}" : found);
        }
    }

    private void Preset(SisSession session, string operands, bool recall)
    {
        if (!TryNumber(operands, out var number)) session.Line(InvalidCommand);
        else if (number is < 1 or > SisModel.Presets) session.Line(InvalidPreset);
        else if (recall) Do(session, $"Rpr{number:00}", () => Recall(number));
        else if (session.Role == SisRole.User) session.Line(PrivilegeViolation);
        else Do(session, $"Spr{number:00}", () => _model.Saved[number] = _model.Ties.Copy());
    }

    private void Mute(SisSession session, string operands, bool[] mutes, string tag)
    {
        if (operands.EndsWith('*') && TryNumber(operands[..^1], out var all))
        {
            if (all > 1) session.Line(InvalidValue);
            else Do(session, $"{tag}{all}", () => Array.Fill(mutes, all == 1));
        }
        else if (TryPair(operands, out var output, out var value))
        {
            if (output < 1 || output > _model.Outputs) session.Line(InvalidOutput);
            else if (value > 1) session.Line(InvalidValue);
            else Do(session, $"{tag}{output}*{value}", () => mutes[output - 1] = value == 1);
        }
        else if (!TryNumber(operands, out var asked)) session.Line(InvalidCommand);
        else if (asked < 1 || asked > _model.Outputs) session.Line(InvalidOutput);
        else session.Line((session.IsTagged ? $"{tag}{asked}*" : "") + (mutes[asked - 1] ? "1" : "0"));
    }

    private void Gain(SisSession session, string operands)
    {
        var star = operands.IndexOf('*', StringComparison.Ordinal);
        if (!TryNumber(star < 0 ? operands : operands[..star], out var input)) session.Line(InvalidCommand);
        else if (input < 1 || input > _model.Inputs) session.Line(InvalidInput);
        else if (star < 0) session.Line((session.IsTagged ? $"In{_model.Padded(input)} Aud" : "") + Signed(_model.Gain[input - 1]));
        else if (!TrySigned(operands[(star + 1)..], out var gain) || gain is < LowestGain or > HighestGain) session.Line(InvalidValue);
        else Do(session, $"In{_model.Padded(input)} Aud{Signed(gain)}", () => _model.Gain[input - 1] = gain);
    }

    private void Volume(SisSession session, string operands)
    {
        if (TryPair(operands, out var output, out var level))
        {
            if (output < 1 || output > _model.Outputs) session.Line(InvalidOutput);
            else if (level > SisModel.HighestVolume) session.Line(InvalidValue);
            else Do(session, $"Out{_model.Padded(output)} Vol{level:00}", () => _model.Volume[output - 1] = level);
        }
        else if (!TryNumber(operands, out var asked)) session.Line(InvalidCommand);
        else if (asked < 1 || asked > _model.Outputs) session.Line(InvalidOutput);
        else
            session.Line(
                (session.IsTagged ? $"Out{_model.Padded(asked)} Vol" : "")
                + _model.Volume[asked - 1].ToString("00", CultureInfo.InvariantCulture));
    }

    private void FrontPanelLock(SisSession session, string operands)
    {
        if (operands.Length == 0)
            session.Line((session.IsTagged ? "Exe" : "") + _model.FrontPanelLock.ToString(CultureInfo.InvariantCulture));
        else if (!TryNumber(operands, out var mode)) session.Line(InvalidCommand);
        else if (mode > 2) session.Line(InvalidValue);
        else Do(session, $"Exe{mode}", () => _model.FrontPanelLock = mode);
    }

    private void SignalPresence(SisSession session)
    {
        var found = string.Concat(Enumerable.Range(1, _model.Inputs).Select(input => _switches.SignalLost.Now.Contains(input) ? '0' : '1'));
        session.Line((session.IsTagged ? "Frq00 " : "") + found);
    }

    private void Information(SisSession session, string operands)
    {
        switch (operands)
        {
            case "":
                session.Line(Tagged(session, "Inf00*") + $"V{_model.Inputs}X{_model.Outputs} A{_model.Inputs}X{_model.Outputs}");
                break;
            case "1" or "2": session.Line(Tagged(session, $"Inf0{operands}*") + _model.Model); break;
            case "99": session.Line(Tagged(session, "Inf99*") + _model.SerialNumber); break;
            default: session.Line(InvalidValue); break;
        }
    }

    private void Firmware(SisSession session, string operands)
    {
        switch (operands)
        {
            case "": session.Line(Tagged(session, "Ver01*") + _model.Firmware); break;
            case "*": session.Line($"{_model.Firmware}.0012"); break;
            case "0": session.Line($"*{_model.Firmware}.0012"); break;
            default: session.Line(InvalidCommand); break;
        }
    }

    // Voltages, temperature, two fans, two supplies: the layout of the larger models.
    private string Status()
    {
        var fahrenheit = (_switches.Temperature.Now * 9 / 5) + 32;
        var supplies = $"{(_switches.Supply1.Now ? 1 : 0)} {(_switches.Supply2.Now ? 1 : 0)}";
        return string.Create(CultureInfo.InvariantCulture,
            $"3.29 5.10 -5.16 15.11 {fahrenheit:0.00} {_switches.Fan1.Now} {_switches.Fan2.Now} {supplies}");
    }

    private string Tagged(SisSession session, string tag) => session.IsTagged && _switches.TaggedIdentity.Now ? tag : "";

    private static string Signed(int value) => value.ToString("+00;-00;+00", CultureInfo.InvariantCulture);

    private static bool TryPair(string operands, out int first, out int second)
    {
        second = first = 0;
        var star = operands.IndexOf('*', StringComparison.Ordinal);
        return star > 0 && TryNumber(operands[..star], out first) && TryNumber(operands[(star + 1)..], out second);
    }

    // One to three figures are taken; a fourth is an error even when it is a leading zero.
    private static bool TryNumber(string text, out int number)
    {
        number = 0;
        return text.Length is >= 1 and <= 3 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static bool TrySigned(string text, out int number) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
