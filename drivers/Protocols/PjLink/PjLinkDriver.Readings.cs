using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.PjLink;

/// <summary>What is asked and what the device tells.</summary>
public sealed partial class PjLinkDriver
{
    private static readonly AskTiming SlowAnswer = new(TimeSpan.FromSeconds(12));

    // What changes slowly is asked one at a time, after the power of every second poll.
    private static readonly string[] Slow = ["ERST", "LAMP", "FILT", "IRES"];
    private static readonly string[] ClassTwo = ["SNUM", "SVER", "RLMP", "RFIL", "FILT", "IRES"];

    private const string PowerQuestion = $"%1{Power} ?";

    private readonly HashSet<string> _lacking = [];
    private readonly HashSet<string> _failing = [];
    private readonly HashSet<string> _grave = [];
    private bool _isGreeted;
    private bool _isInStep;
    private bool _isLooking;
    private int _class;
    private int _polls;

    // The last digit, "other", has the same name as an ERR4: the device is failing, and does not say of what.
    private int _reported;

    public override void OnPoll()
    {
        // Whatever was under way has been answered or is given up: a poll always asks.
        _isLooking = false;
        LookAtPower();
        if (_power.IsOnTheWay) return;
        if (_power.Mode is DisplayMode.On)
        {
            Read(Input);
            Read(Mute);
        }

        if (_polls++ % 2 == 0) Read(_power.Mode is DisplayMode.On ? Slow[_polls / 2 % Slow.Length] : "ERST");
    }

    private void Forget()
    {
        _lacking.Clear();
        _failing.Clear();
        _power.Linked();
        _heldInput.Forget();
        _isGreeted = _isInStep = _isLooking = false;
        _class = 1;
        _polls = 0;
    }

    private static bool IsOfClass2(string code) => code[0] == '6' || !char.IsAsciiDigit(code[1]);

    /// <summary>The first question carries the digest; a device that takes it answers, any other says ERRA.</summary>
    private void Identify(string digest) => Device.Ask($"{digest}%1CLSS ?", reply =>
    {
        if (!reply.Answers("CLSS")) return false;
        Device.Clear(DisplayWords.AccessDenied.Code);
        _class = reply.Value == "2" ? 2 : 1;
        AskPower();
        return true;
    });

    void IDisplayPowerLine.AskPower() => AskPower();

    void IDisplayPowerLine.LookAtPower() => LookAtPower();

    void IDisplayPowerLine.LookAtPower(CommandRequest command) =>
        Device.Ask(PowerQuestion, reply => IsReading(reply, Power) && (Take(reply) || reply.IsError), command, SlowAnswer);

    void IDisplayPowerLine.PictureCame() => ReadPicture();

    void IDisplayPowerLine.PictureWent()
    {
        foreach (var property in (string[])[DisplayWords.SelectedInput, DisplayWords.PictureBlanked, DisplayWords.SoundMuted, SourceResolution])
            Device.Forget(property);
    }

    /// <summary>Without the power nothing can be used: a device that says "not now" is asked again until the runtime takes it for dead.</summary>
    private void AskPower() => Device.Ask(PowerQuestion, reply =>
    {
        if (!IsReading(reply, Power)) return false;
        NoteFailure(reply);
        if (Take(reply)) ReadAll();
        else _power.LookLater();
        return true;
    }, timing: SlowAnswer);

    /// <summary>Behind the picture, which was asked when the power was told.</summary>
    private void ReadAll()
    {
        foreach (var name in (string[])["INF2", "SNUM", "SVER", "RLMP", "RFIL", "INST", "LAMP", "FILT", "ERST"]) Read(name);
        Read("NAME", BecomeReady);
    }

    private void BecomeReady()
    {
        _isInStep = true;
        Device.Synchronised();
    }

    private void LookAtPower()
    {
        if (_isLooking) return;
        _isLooking = true;
        Device.Ask(PowerQuestion, reply =>
        {
            if (!IsReading(reply, Power)) return false;
            _isLooking = false;
            NoteFailure(reply);
            Take(reply);
            return true;
        }, timing: _power.IsOnTheWay || !_isInStep ? SlowAnswer : null);
    }

    private void LookAtInput() => Read(Input);

    private void LookAtMute() => Read(Mute);

    private void ReadPicture()
    {
        Read(Input);
        Read(Mute);
        Read("IRES");
        if (!_isInStep) return;
        Read("INST");
        Read("LAMP");
    }

    private void Read(string name, Action? then = null)
    {
        if (_lacking.Contains(name) || (ClassTwo.Contains(name) && _class < 2)) return;
        var isSlow = name == Input && _power.Mode is DisplayMode.On;
        Device.Ask($"%{(ClassTwo.Contains(name) || (name is "INST" or Input && _class == 2) ? '2' : '1')}{name} ?", reply =>
        {
            if (!IsReading(reply, name)) return false;
            NoteFailure(reply);
            if (!reply.IsError) Take(reply);
            else if (reply.Value is PjLinkReply.NoSuchCommand) Lack(name);
            else if (IsOfThePicture(name)) ForgetAll(name);
            then?.Invoke();
            return true;
        }, timing: isSlow ? SlowAnswer : null);
    }

    /// <summary>The yes to a request of the same name is no reading.</summary>
    private static bool IsReading(PjLinkReply reply, string name) => reply.Answers(name) && reply.Value != PjLinkReply.Done;

    private static bool IsOfThePicture(string name) => name is Input or Mute or "IRES";

    /// <summary>A laser has no lamp: what a device does not know is not asked again on this link.</summary>
    private void Lack(string name)
    {
        _lacking.Add(name);
        ForgetAll(name);
    }

    private void ForgetAll(string name)
    {
        if (Property(name) is { } property) Device.Forget(property);
        if (name == Mute) Device.Forget(DisplayWords.SoundMuted);
    }

    private static string? Property(string name) => name switch
    {
        Input => DisplayWords.SelectedInput,
        Mute => DisplayWords.PictureBlanked,
        "LAMP" => DisplayWords.LampTime,
        "FILT" => DisplayWords.FilterTime,
        "INF2" => CommonWords.ModelName,
        "SNUM" => CommonWords.SerialNumber,
        "SVER" => CommonWords.FirmwareVersion,
        "INST" => InputsThere,
        "IRES" => SourceResolution,
        "RLMP" => LampPart,
        "RFIL" => FilterPart,
        _ => null,
    };

    /// <summary>Shows what was told; false where it makes no sense.</summary>
    private bool Take(PjLinkReply reply)
    {
        if (reply.IsError || reply.Value == PjLinkReply.Done) return false;
        switch (reply.Command)
        {
            case Power: return _power.Seen(PowerWord(reply.Value));
            case Input when PjLinkInputs.IsCode(reply.Value): Device.Report(DisplayWords.SelectedInput, _inputs.Name(reply.Value)); return true;
            case Mute when reply.Value is "11" or "21" or "31" or "30":
                Device.Report(DisplayWords.PictureBlanked, reply.Value is "11" or "31");
                Device.Report(DisplayWords.SoundMuted, reply.Value is "21" or "31");
                return true;
            case "ERST": return TakeConditions(reply.Value);
            case "LAMP": return TakeLamps(reply.Value);
            case "FILT" when TryHours(reply.Value, out var hours): Device.Report(DisplayWords.FilterTime, hours); return true;
            case "INST": return TakeInputs(reply.Value);
            case "SNUM" when reply.Value.Length > 0:
                Device.Report(CommonWords.SerialNumber, reply.Value);
                Device.Identify(reply.Value);
                return true;
            case "IRES": Device.Report(SourceResolution, reply.Value switch { "-" => "none", "*" => "unknown", var size => size }); return true;
            case "NAME": Device.Report(NameThere, reply.Value); return true;
            case "INF2" or "SVER" or "RLMP" or "RFIL": Device.Report(Property(reply.Command)!, reply.Value); return true;
            default: return false;
        }
    }

    private static string PowerWord(string value) => value switch
    {
        "0" => PowerStates.Off,
        "1" => PowerStates.On,
        "2" => PowerStates.Cooling,
        "3" => PowerStates.Warming,
        _ => PowerStates.Unknown,
    };

    private bool TakeConditions(string digits)
    {
        if (digits.Length != Conditions.Length || digits.AsSpan().ContainsAnyExceptInRange('0', '2')) return false;
        for (var i = 0; i < digits.Length - 1; i++) Keep(Conditions[i].Code, digits[i]);
        _reported = digits[^1] - '0';
        if (_failing.Count == 0) Keep(DisplayWords.DeviceFailure.Code, digits[^1]);
        return true;
    }

    private void Keep(string fault, char digit)
    {
        if (digit == '0')
        {
            _grave.Remove(fault);
            Device.Clear(fault);
            return;
        }

        // A warning that has become an error is told anew.
        if (digit == '2' && _grave.Add(fault)) Device.Clear(fault);
        else if (digit == '1' && _grave.Remove(fault)) Device.Clear(fault);
        Device.Raise(fault, digit == '2' ? "error" : "warning", digit == '2' ? "错误" : "警告");
    }

    private void NoteFailure(PjLinkReply reply)
    {
        if (reply.Value == PjLinkReply.Broken)
        {
            if (_failing.Add(reply.Command)) Device.Raise(DisplayWords.DeviceFailure.Code, $"ERR4 to {reply.Command}");
            if (reply.Command != "ERST") Read("ERST");
        }
        else if (_failing.Remove(reply.Command) && _failing.Count == 0 && _reported == 0)
        {
            Device.Clear(DisplayWords.DeviceFailure.Code);
        }
    }

    private bool TakeLamps(string value)
    {
        // Pairs of hours and on/off; of several lamps the oldest is the one that fails next.
        var words = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var oldest = -1;
        for (var i = 0; i < words.Length; i += 2)
        {
            if (!TryHours(words[i], out var hours)) return false;
            oldest = Math.Max(oldest, hours);
        }

        if (oldest < 0) return false;
        Device.Report(DisplayWords.LampTime, oldest);
        return true;
    }

    private bool TakeInputs(string value)
    {
        var codes = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (codes.Length == 0 || !codes.All(PjLinkInputs.IsCode)) return false;
        Device.Report(InputsThere, string.Join(' ', codes.Select(_inputs.Name)));
        return true;
    }

    private static bool TryHours(string word, out int hours) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out hours);
}
