using AvGateway.Classes;

namespace AvGateway.Drivers.Protocols.NecDisplay;

/// <summary>What is asked and what the display tells.</summary>
public sealed partial class NecDisplayDriver
{
    private const string PowerQuestion = "A01D6";
    private const string InputQuestion = $"C{InputParameter}";
    private const string DiagnosisQuestion = "AB1", DiagnosisReply = "A1";
    private const string SerialQuestion = "AC216", SerialReply = "C316";
    private const string ModelQuestion = "AC217", ModelReply = "C317";
    private const string NothingWrong = "00";
    private const int DiagnosisEvery = 6;

    private readonly HashSet<string> _conditions = [];
    private bool _isLooking;
    private int _polls;

    public override void OnPoll()
    {
        // Whatever was under way has been answered or is given up: a poll always asks.
        _isLooking = false;
        LookAtPower();
        if (_power.State is Mode.On) LookAtInput();
        if (_power.State is Mode.On or Mode.Off && ++_polls % DiagnosisEvery == 0) Diagnose();
    }

    private bool IsOurs(NecReply reply) => reply.Monitor == _monitor;

    /// <summary>Without the power nothing can be used: a display that is busy is asked again until the runtime takes it for dead.</summary>
    private void AskPower() => Device.Ask(PowerQuestion, reply =>
    {
        if (!IsOurs(reply) || !(reply.IsNull || reply.TryPower(out _))) return false;
        Take(reply);
        if (_power.State is Mode.Unknown) Device.StartTimer(LookTimer, LooksEvery);
        else ReadAll();
        return true;
    });

    /// <summary>Behind the input, which was asked when the power was told.</summary>
    private void ReadAll()
    {
        Read(ModelQuestion, ModelReply);
        Read(SerialQuestion, SerialReply);
        Diagnose(Device.Synchronised);
    }

    private void LookAtPower()
    {
        if (_isLooking) return;
        _isLooking = true;
        Device.Ask(PowerQuestion, reply =>
        {
            if (!IsOurs(reply) || !(reply.IsNull || reply.TryPower(out _))) return false;
            _isLooking = false;
            Take(reply);
            return true;
        });
    }

    private void LookAtInput() => LookAtInput(MostTries);

    /// <summary>A display that is just changing its input says "not now".</summary>
    private void LookAtInput(int tries) => Device.Ask(InputQuestion, reply =>
    {
        if (!IsOurs(reply) || !(reply.IsNull || reply.IsParameter('D', InputParameter))) return false;
        if (reply.IsNull && tries > 1 && _power.State is Mode.On) Later(() => LookAtInput(tries - 1));
        Take(reply);
        return true;
    });

    private void Read(string question, string answer) => Device.Ask(question, reply =>
    {
        if (!IsOurs(reply) || !(reply.IsNull || reply.TryText(answer, out _))) return false;
        Take(reply);
        return true;
    });

    private void Diagnose(Action? then = null) => Device.Ask(DiagnosisQuestion, reply =>
    {
        if (!IsOurs(reply) || !(reply.IsNull || (reply.Type == 'B' && reply.Message.StartsWith(DiagnosisReply, StringComparison.Ordinal)))) return false;
        Take(reply);
        then?.Invoke();
        return true;
    });

    private void Take(NecReply reply)
    {
        if (reply.TryPower(out var mode)) TakePower(mode);
        else if (reply.TryParameter('D', InputParameter, out var input)) TakeInput(reply, input);
        else if (reply.TryText(ModelReply, out var model)) Device.Report(CommonWords.ModelName, model);
        else if (reply.TryText(SerialReply, out var serial)) TakeSerial(serial);
        else if (reply.Type == 'B' && reply.Message.StartsWith(DiagnosisReply, StringComparison.Ordinal)) TakeDiagnosis(reply.Message[DiagnosisReply.Length..]);
    }

    private void TakePower(int mode)
    {
        if (mode is not (OnMode or StandbyMode or SuspendMode or OffMode)) return;
        var told = mode == OnMode ? Told.On : Told.Off;
        _power.Fire(told);
        if (told == _wished && _power.State is Mode.On or Mode.Off) _wished = null;
        Device.Report(PowerModeWord, PowerModes[mode - 1]);
        Device.Report(PowerWords.PowerState, told is Told.On ? PowerStates.On : PowerStates.Off);
    }

    // Asked of a display that went off meanwhile, the answer is no picture of anything.
    private void TakeInput(NecReply reply, int input)
    {
        if (_power.State is not (Mode.On or Mode.Stopping)) return;
        if (reply.IsTaken && input > 0) Device.Report(DisplayWords.SelectedInput, _inputs.Name(input));
        else Device.Forget(DisplayWords.SelectedInput);
    }

    private void TakeSerial(string serial)
    {
        if (serial.Length == 0) return;
        Device.Report(CommonWords.SerialNumber, serial);
        Device.Identify(serial);
    }

    private void TakeDiagnosis(string codes)
    {
        var found = codes.Chunk(2).Select(pair => new string(pair)).Where(code => code.Length == 2 && code != NothingWrong).ToArray();
        foreach (var fault in found.GroupBy(code => Condition(code).Code)) Device.Raise(fault.Key, $"self-diagnosis {string.Join(' ', fault)}");
        var now = found.Select(code => Condition(code).Code).ToHashSet();
        foreach (var gone in _conditions.Except(now)) Device.Clear(gone);
        _conditions.Clear();
        _conditions.UnionWith(now);
    }
}
