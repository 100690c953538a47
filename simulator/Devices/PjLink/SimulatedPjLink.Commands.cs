using System.Globalization;

namespace AvGateway.Simulator.Devices.PjLink;

/// <summary>What is asked of the projector, line by line.</summary>
internal sealed partial class SimulatedPjLink
{
    private const string Undefined = "ERR1", OutOfRange = "ERR2", NotNow = "ERR3";
    private const string Question = "?";
    private const int HeaderLength = 7;

    private static readonly string[] SecondClass =
        ["SNUM", "SVER", "INNM", "IRES", "RRES", "FILT", "RLMP", "RFIL", "SVOL", "MVOL", "FREZ"];

    /// <summary>One line. What has not the form of a request gets no answer at all.</summary>
    internal void Obey(PjLinkSession session, string line)
    {
        if (line.Length <= HeaderLength || line[0] != '%' || line[6] != ' ' || line[1] is not ('1' or '2') || !line[2..6].All(char.IsAsciiLetterOrDigit)) return;
        if (_silent || (line[1] == '2' && _model.Class == 1)) return;
        var (number, name, parameter) = (line[1], line[2..6].ToUpperInvariant(), line[HeaderLength..]);
        string? answer;
        if (_switches.NextError.Now is { } error)
        {
            _switches.NextError.Become(null);
            answer = error;
        }
        else if (SecondClass.Contains(name) && number == '1')
        {
            answer = Undefined;
        }
        else
        {
            answer = parameter == Question ? Tell(name, number) : Do(session, name, parameter, number);
        }

        if (answer is not null) session.Reply($"%{number}{name}={answer}");
        if (answer == "OK") AfterYes(session, name);
    }

    private string? Tell(string name, char number)
    {
        var isOn = _model.Lamp is LampState.On;
        if (name == "POWR") return (_switches.PowerLie.Now ?? (int)_model.Lamp).ToString(CultureInfo.InvariantCulture);
        if (name == "CLSS") return _model.Class.ToString(CultureInfo.InvariantCulture);
        if (_model.Lamp is LampState.Standby && _switches.StandbyAnswers.Now == "power") return NotNow;
        return name switch
        {
            "INPT" => !isOn ? NotNow : number == '1' && IsOfSecondClass(_model.Input) ? OutOfRange : _model.Input,
            "AVMT" => !isOn ? NotNow : (_model.PictureMuted, _model.SoundMuted) switch { (true, true) => "31", (true, _) => "11", (_, true) => "21", _ => "30" },
            "ERST" => Errors(),
            "LAMP" => _model.Lamps.Length == 0 ? Undefined : string.Join(' ', Hours().Select(hours => $"{hours} {(_model.IsLit ? 1 : 0)}")),
            "INST" => string.Join(' ', number == '1' ? _model.Inputs.Where(code => !IsOfSecondClass(code)) : _model.Inputs),
            "NAME" => _model.Name,
            "INF1" => _model.Maker,
            "INF2" => _model.Product,
            "INFO" => "",
            "SNUM" => _model.Serial,
            "SVER" => _model.Software,
            "IRES" or "RRES" => isOn ? _model.Resolution : NotNow,
            "FILT" => _model.FilterHours < 0 ? Undefined : (_model.FilterHours + HoursLit()).ToString(CultureInfo.InvariantCulture),
            "RLMP" => _model.Lamps.Length == 0 ? Undefined : "LMP-H1",
            "RFIL" => _model.FilterHours < 0 ? Undefined : "FIL-7",
            "FREZ" => isOn ? _model.Frozen ? "1" : "0" : NotNow,
            _ => Undefined,
        };
    }

    private string? Do(PjLinkSession session, string name, string parameter, char number)
    {
        switch (name)
        {
            case "INNM" when parameter.Length == 3 && parameter[0] == '?':
                return _model.Inputs.Contains(parameter[1..]) ? $"Terminal {parameter[1..]}" : OutOfRange;
            case "POWR": return parameter is "0" or "1" ? Change(_model.Lamp is LampState.On or LampState.Standby, () => Switch(parameter == "1")) : OutOfRange;
            case "INPT":
                if (!_model.Inputs.Contains(parameter) || (number == '1' && IsOfSecondClass(parameter))) return OutOfRange;
                return Change(_model.Lamp is LampState.On, () => Select(parameter));
            case "AVMT":
                if (parameter is not ("10" or "11" or "20" or "21" or "30" or "31")) return OutOfRange;
                return Change(_model.Lamp is LampState.On, () => Mute(parameter[0], parameter[1] == '1'));
            case "FREZ": return parameter is "0" or "1" ? Change(_model.Lamp is LampState.On, () => _model.Frozen = parameter == "1") : OutOfRange;
            case "SVOL" or "MVOL": return parameter is "0" or "1" ? Change(_model.Lamp is LampState.On, () => { }) : OutOfRange;
            default: return Undefined;
        }
    }

    private string Change(bool isPossible, Action change)
    {
        if (Refuse.On) return Refuse.Code is { } code && code.StartsWith("ERR", StringComparison.Ordinal) ? code : NotNow;
        if (!isPossible) return NotNow;
        if (!Frozen) change();
        return "OK";
    }

    private void Switch(bool on)
    {
        if (on && _model.Lamp is LampState.Standby && !_switches.IgnoresOn.Now) Begin(Strike);
        else if (!on && _model.Lamp is LampState.On && !_switches.IgnoresOff.Now) Extinguish();
    }

    // The answer goes out before the lamp takes the processor's time.
    private void Begin(Action act) => _afterYes = act;

    private Action? _afterYes;

    private void Select(string code)
    {
        if (_switches.InputTime.Now == TimeSpan.Zero)
        {
            _model.Input = code;
            return;
        }

        Begin(() =>
        {
            _silent = true;
            After(_switches.InputTime.Now, () =>
            {
                _silent = false;
                _model.Input = code;
            });
        });
    }

    private void AfterYes(PjLinkSession session, string name)
    {
        var act = _afterYes;
        _afterYes = null;
        act?.Invoke();
        if (_switches.DropsWhileSwitching.Now && name is "INPT" or "POWR") session.End("switching");
    }

    private void Mute(char what, bool on)
    {
        if (what is '1' or '3') _model.PictureMuted = on;
        if (what is '2' or '3') _model.SoundMuted = on;
    }

    private static bool IsOfSecondClass(string code) => code[0] == '6' || !char.IsAsciiDigit(code[1]);
}
