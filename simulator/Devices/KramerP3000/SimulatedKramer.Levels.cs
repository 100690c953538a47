using System.Globalization;

namespace AvGateway.Simulator.Devices.KramerP3000;

/// <summary>Pictures and sound taken away, and levels, in the older and the newer words.</summary>
internal sealed partial class SimulatedKramer
{
    private const string SignalPrefix = "OUT.ANALOG_AUDIO.";
    private const string SignalSuffix = ".AUDIO.1";

    private int VideoStatus(int output)
    {
        var muted = _model.VideoMute[output - 1];
        if (_model.OneIsMuted) return muted ? 1 : 0;
        if (!muted) return 1;
        return _model.Blanked[output - 1] ? 2 : 0;
    }

    private int AudioStatus(int output) => _model.AudioMute[output - 1] ? 1 : 0;

    private string? MuteVideo(KramerSession session, P3000Command command)
    {
        if (command.Parameters is not [var destination, var text] || !P3000Line.TryNumber(text, out var status)) return P3000Error.Syntax;
        if (Outputs(destination, out var outputs) is { } wrong) return wrong;
        if (status > (_model.OneIsMuted ? 1 : 2)) return P3000Error.OutOfRange;
        return Do(session, $"VMUTE {destination},{status}", () =>
        {
            foreach (var output in outputs)
            {
                _model.VideoMute[output - 1] = _model.OneIsMuted ? status == 1 : status != 1;
                _model.Blanked[output - 1] = !_model.OneIsMuted && status == 2;
            }
        });
    }

    private string? MuteAudio(KramerSession session, P3000Command command)
    {
        if (command.Parameters is not [var destination, var text] || !P3000Line.TryNumber(text, out var on)) return P3000Error.Syntax;
        if (Outputs(destination, out var outputs) is { } wrong) return wrong;
        if (on > 1) return P3000Error.OutOfRange;
        return Do(session, $"MUTE {destination},{on}", () =>
        {
            foreach (var output in outputs) _model.AudioMute[output - 1] = on == 1;
        });
    }

    private string? SetLevel(KramerSession session, P3000Command command)
    {
        if (command.Parameters is not [var side, var index, var text]) return P3000Error.Syntax;
        if (LevelOf(side, index, out var levels, out var port) is { } wrong) return wrong;
        if (NewLevel(text, levels[port - 1], out var level) is { } wrongLevel) return wrongLevel;
        return Do(session, $"AUD-LVL {side},{port},{level}", () => levels[port - 1] = level);
    }

    private string? AskLevel(KramerSession session, P3000Command command)
    {
        if (command.Parameters is not [var side, var index]) return P3000Error.Syntax;
        if (LevelOf(side, index, out var levels, out var port) is { } wrong) return wrong;
        Say(session, $"AUD-LVL {side},{port},{levels[port - 1]}");
        return null;
    }

    private string? LevelOf(string side, string index, out int[] levels, out int port)
    {
        levels = side == "0" ? _model.InputLevel : _model.OutputLevel;
        port = 0;
        if (!P3000Line.TryNumber(side, out var number) || !P3000Line.TryNumber(index, out port)) return P3000Error.Syntax;
        return number > 1 || port < 1 || port > levels.Length ? P3000Error.OutOfRange : null;
    }

    // Steps stop at the ends of the range instead of being refused, as a key does.
    private static string? NewLevel(string text, int now, out int level)
    {
        level = text switch
        {
            "++" => Math.Min(now + 1, KramerModel.HighestLevel),
            "--" => Math.Max(now - 1, 0),
            _ => -1,
        };
        if (level >= 0) return null;
        if (!P3000Line.TryNumber(text, out level)) return P3000Error.Syntax;
        return level > KramerModel.HighestLevel ? P3000Error.OutOfRange : null;
    }

    private string? MuteSignal(KramerSession session, P3000Command command)
    {
        if (command.Parameters is not [var signal, var word]) return P3000Error.Syntax;
        if (SignalOf(signal, out var output) is { } wrong) return wrong;
        if (word is not ("ON" or "OFF")) return P3000Error.Syntax;
        return Do(session, $"X-MUTE {signal},{word}", () => _model.AudioMute[output - 1] = word == "ON");
    }

    private string? AskMuteSignal(KramerSession session, P3000Command command)
    {
        if (SignalOf(command.Text, out var output) is { } wrong) return wrong;
        Say(session, $"X-MUTE {command.Text},{(_model.AudioMute[output - 1] ? "ON" : "OFF")}");
        return null;
    }

    private string? SetSignalLevel(KramerSession session, P3000Command command)
    {
        if (command.Parameters is not [var signal, var text]) return P3000Error.Syntax;
        if (SignalOf(signal, out var output) is { } wrong) return wrong;
        if (NewLevel(text, _model.OutputLevel[output - 1], out var level) is { } wrongLevel) return wrongLevel;
        return Do(session, $"X-AUD-LVL {signal},{level}", () => _model.OutputLevel[output - 1] = level);
    }

    private string? AskSignalLevel(KramerSession session, P3000Command command)
    {
        if (SignalOf(command.Text, out var output) is { } wrong) return wrong;
        Say(session, string.Create(CultureInfo.InvariantCulture, $"X-AUD-LVL {command.Text},{_model.OutputLevel[output - 1]}"));
        return null;
    }

    private string? SignalOf(string signal, out int output)
    {
        output = 0;
        if (!signal.StartsWith(SignalPrefix, StringComparison.Ordinal) || !signal.EndsWith(SignalSuffix, StringComparison.Ordinal)
            || signal.Length <= SignalPrefix.Length + SignalSuffix.Length
            || !P3000Line.TryNumber(signal[SignalPrefix.Length..^SignalSuffix.Length], out output)) return P3000Error.Syntax;
        return output < 1 || output > _model.Outputs ? P3000Error.OutOfRange : null;
    }
}
