using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.ExtronSmp;

/// <summary>Greeting, log-in, and how a question is put.</summary>
public sealed partial class ExtronSmpDriver
{
    private const string GreetingTimer = "greeting";
    private const string BusyTimer = "busy";

    // Manual, "Error responses".
    private const int ErrorInvalidCommand = 10, ErrorInvalidValue = 13, ErrorTimedOut = 17, ErrorBusy = 22, ErrorChecksum = 23, ErrorPrivilege = 24,
        ErrorNotPresent = 25, ErrorFull = 26, ErrorNoFile = 28;

    private const int MostTries = 6;
    private const string SetVerbose = "\x1B" + "3CV\r";
    private const string ReadModel = "2I", ReadFirmware = "Q", ReadSerial = "99I", ReadStatus = "I", ReadMeters = "34I", ReadClock = "\x1B" + "CT\r";

    // A TCP port greets and may ask for a password right behind the greeting; what is sent in between would be taken for the password.
    private static readonly TimeSpan GreetsWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan QuietAfterGreeting = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan DeniedFor = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FullFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(1);

    private readonly Queue<Question> _busy = new();
    private bool _hasMeters;
    private bool _hasClock;

    private bool IsSerial => _setup.Link.Scheme == "serial";

    public override void OnLinked()
    {
        _busy.Clear();
        ForgetRecorder();
        _mode.Fire(Told.Linked);
    }

    public override void OnLinkLost() => _mode.Fire(Told.LinkLost);

    public override void OnUnsolicited(SmpReply reply)
    {
        switch (reply.Kind)
        {
            case SmpReplyKind.Banner: TakeBanner(reply); break;
            case SmpReplyKind.Prompt: _mode.Fire(Told.Prompted); break;
            case SmpReplyKind.LoggedIn: TakeLogIn(reply); break;
            case SmpReplyKind.Telnet: RefuseTelnet(reply); break;
            case SmpReplyKind.Transport: LookOnce(); break;
            case SmpReplyKind.Clock when _mode.State is Mode.Greeting:
                TakeClock(reply);
                Device.StartTimer(GreetingTimer, QuietAfterGreeting);
                break;
            case SmpReplyKind.Error when reply.Number == ErrorFull: Device.Reconnect(StatusReasons.Occupied, reply.Text, FullFor); break;
            case SmpReplyKind.Text when _mode.State is Mode.Greeting && !IsSerial: Device.StartTimer(GreetingTimer, QuietAfterGreeting); break;
        }
    }

    public override void OnTimer(string name)
    {
        switch (name)
        {
            case GreetingTimer: _mode.Fire(Told.Quiet); break;
            case BusyTimer: AskBusyAgain(); break;
            case FollowTimer: NotFollowed(); break;
            case FinaliseTimer: Device.Raise(NotFinalised.Code, $"{FinalisesWithin.TotalMinutes:0} minutes after the end of the recording", $"录制结束后 {FinalisesWithin.TotalMinutes:0} 分钟"); break;
            case WatchTimer: Look(); break;
        }
    }

    // A device on a serial line greets when it starts, not when we come.
    private void AwaitGreeting() => Device.StartTimer(GreetingTimer, IsSerial ? QuietAfterGreeting : GreetsWithin);

    private void TakeBanner(SmpReply reply)
    {
        // (c) Copyright 2019, Extron Electronics, SMP 351, V2.12, 60-1324-01
        var parts = reply.Text.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length > 3) Device.Report(CommonWords.ModelName, parts[2]);
        _mode.Fire(Told.Greeted);
        Device.StartTimer(GreetingTimer, QuietAfterGreeting);
    }

    private void LogIn()
    {
        if (_setup.Secret is { } secret) Device.Tell(SmpCodec.Secret + secret.Reveal());
        else _mode.Fire(Told.Prompted);
    }

    private void TakeLogIn(SmpReply reply)
    {
        Device.Clear(AccessDenied.Code);
        Device.Clear(Privilege.Code);
        _mode.Fire(Told.LoggedIn);
    }

    private void GiveUpLogIn()
    {
        var why = _setup.Secret is null ? "the device asks for a password and none is configured" : "the device asks for the password again";
        Device.Raise(AccessDenied.Code, why);
        Device.Reconnect(StatusReasons.AccessDenied, why, DeniedFor);
    }

    private void RefuseTelnet(SmpReply reply)
    {
        if (SmpCodec.RefuseTelnet(reply) is { } refusal) Device.Tell(refusal);
    }

    /// <summary>The state last: with its answer everything shown is true.</summary>
    private void ReadAll()
    {
        _hasMeters = _hasClock = true;
        Ask(new(SetVerbose, reply => reply.Kind is SmpReplyKind.Verbose));
        Ask(new(ReadModel, TakeModel));
        Ask(new(ReadFirmware, TakeFirmware));
        Ask(new(ReadSerial, TakeSerial));
        AskClock();
        AskMeters();
        LookAtStatus();
    }

    private bool TakeModel(SmpReply reply)
    {
        if (reply.Kind is not SmpReplyKind.Text || (reply.Tag != "Inf02" && !reply.Text.Contains("SMP", StringComparison.Ordinal))) return false;
        Device.Report(CommonWords.ModelName, reply.Value);
        return true;
    }

    private bool TakeFirmware(SmpReply reply)
    {
        if (reply.Kind is not SmpReplyKind.Text || reply.Tag.Length > 0 || !char.IsAsciiDigit(reply.Text[0])) return false;
        Device.Report(CommonWords.FirmwareVersion, reply.Text);
        return true;
    }

    /// <summary>Only a tagged answer is an identity: a bare line could be anything that was told meanwhile.</summary>
    private bool TakeSerial(SmpReply reply)
    {
        if (reply.Kind is not SmpReplyKind.Text) return false;
        if (reply.Tag != "Inf99") return reply.Tag.Length == 0;
        Device.Report(CommonWords.SerialNumber, reply.Value);
        Device.Identify(reply.Value);
        return true;
    }

    /// <summary>Asks, and asks again what the device was too busy for or what the line has spoiled.</summary>
    private void Ask(Question question) => Device.Ask(question.Request, reply =>
    {
        if (reply.Kind is SmpReplyKind.Error) Failed(question, reply);
        else if (!question.IsAnswer(reply)) return false;
        else question.Done(reply);
        return true;
    }, question.Command);

    private void Failed(Question question, SmpReply reply)
    {
        var tries = question.Tries + 1;
        if (reply.Number == ErrorBusy && tries < MostTries)
        {
            _busy.Enqueue(question with { Tries = tries });
            Device.StartTimer(BusyTimer, BusyFor);
            return;
        }

        if (reply.Number is ErrorInvalidCommand or ErrorTimedOut or ErrorChecksum && tries == 1)
        {
            Ask(question with { Tries = tries });
            return;
        }

        if (reply.Number == ErrorPrivilege) Device.Raise(Privilege.Code, reply.Text);
        if (question is { Command: { } command, EndsCommand: true }) Device.Complete(command, CommandResult.Refused(Words(reply), retryable: reply.Number == ErrorBusy));
        question.Refused(reply);
    }

    private void AskBusyAgain()
    {
        for (var i = _busy.Count; i > 0; i--) Ask(_busy.Dequeue());
    }

    private static string Words(SmpReply reply) => reply.Number switch
    {
        ErrorInvalidCommand => "E10 invalid command",
        12 => "E12 invalid output or port number",
        ErrorInvalidValue => "E13 invalid value",
        14 => "E14 not valid for this configuration",
        ErrorTimedOut => "E17 timed out",
        ErrorBusy => "E22 busy",
        ErrorChecksum => "E23 checksum error",
        ErrorPrivilege => "E24 privilege violation",
        ErrorNotPresent => "E25 device not present",
        ErrorFull => "E26 maximum number of connections exceeded",
        ErrorNoFile => "E28 file not found",
        33 => "E33 bad file type or size",
        _ => reply.Text,
    };

    /// <summary>One question and what its answer leads to.</summary>
    private sealed record Question(string Request, Func<SmpReply, bool> IsAnswer, CommandRequest? Command = null)
    {
        public int Tries { get; init; }

        /// <summary>A refusal of this question is the end of its command.</summary>
        public bool EndsCommand { get; init; } = true;
        public Action<SmpReply> Done { get; init; } = static _ => { };
        public Action<SmpReply> Refused { get; init; } = static _ => { };
    }
}
