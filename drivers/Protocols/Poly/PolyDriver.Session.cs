using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Poly;

/// <summary>From the open link to a session that tells us things.</summary>
public sealed partial class PolyDriver
{
    private const string ProbeTimer = "probe";
    private const string LoginTimer = "login";
    private const string Greeting = "Hi, my name is";
    private const string EndOfGreeting = "SNMP Enabled:";
    private const string AlreadyActive = "info: event/notification already active";

    // An open session says nothing, a closed one prompts at once.
    private static readonly TimeSpan PromptsWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LogsInWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DeniedFor = TimeSpan.FromSeconds(60);

    /// <summary>What the device is to tell; kept in its flash, and harmless to ask for again.</summary>
    private static readonly string[] Topics = ["callstate", "mute", "volume", "sleep", "vcbutton"];

    private static readonly string[] Notifications = ["callstatus", "mutestatus"];

    private bool _userGiven;
    private bool _passwordGiven;

    private void Knock()
    {
        (_userGiven, _passwordGiven) = (false, false);

        // A network session prompts by itself, and would take an empty line for a password.
        if (_setup.Link.Scheme == "serial") Device.Tell(PolyCodec.EmptyLine);
        Device.StartTimer(ProbeTimer, PromptsWithin);
    }

    private void StopLogIn()
    {
        Device.StopTimer(ProbeTimer);
        Device.StopTimer(LoginTimer);
    }

    private void GiveUser()
    {
        // Asked for again: what was given was wrong.
        if (_passwordGiven)
        {
            _machine.Fire(Told.Denied);
            return;
        }

        if (_userGiven) return;
        _userGiven = true;
        Device.StopTimer(ProbeTimer);
        Device.StartTimer(LoginTimer, LogsInWithin);
        Device.Tell(_setup.Link.User ?? _setup.Link.Option("user") ?? _setup.Options[UserOption].Text);
    }

    private void GivePassword()
    {
        Device.StopTimer(ProbeTimer);
        if (_passwordGiven || _setup.Secret is null)
        {
            _machine.Fire(Told.Denied);
            return;
        }

        _passwordGiven = true;
        Device.StartTimer(LoginTimer, LogsInWithin);
        Device.Tell(PolyCodec.Secret + _setup.Secret.Reveal());
    }

    private void TakeLoginLine(PolyReply reply)
    {
        if (reply.Says(EndOfGreeting)) _machine.Fire(Told.Usable);
    }

    private void GiveUpLogIn()
    {
        var why = _setup.Secret is null ? "the codec asks for a password and none is configured" : "the codec refuses user or password";
        Device.Raise(AccessDenied.Code, why);
        Device.Reconnect(StatusReasons.AccessDenied, why, DeniedFor);
    }

    // On a serial line a restart ends no link: its prompt or greeting in the middle of a session is all that is seen of it.
    private void StartedAgain() => Device.Reconnect(StatusReasons.LinkClosed, "the codec has started again or ended our session");

    private void Initialise()
    {
        Device.Clear(AccessDenied.Code);
        foreach (var topic in Topics) Ask($"{topic} register", reply => reply.Says($"{topic} registered") || reply.Says(AlreadyActive), static _ => { });
        foreach (var topic in Notifications) Ask($"notify {topic}", reply => reply.Says($"notify {topic} success") || reply.Says(AlreadyActive), static _ => { });
        Ask("listen video", reply => reply.Says("listen video registered") || reply.Says(AlreadyActive), static _ => { });
        Ask("whoami", TakeIdentity, static _ => { });
        LookAtVolume();
        LookAtMute();
        LookAtContent();
        LookAtServices();
        LookAtCalls(() =>
        {
            // No question for it is known: until the device says so, nobody knows whether it sleeps.
            Device.Report(PowerWords.PowerState, _isAsleep switch { true => PowerStates.Off, false => PowerStates.On, null => PowerStates.Unknown });
            Device.Synchronised();
        });
    }

    /// <summary>One line of the block that the device introduces itself with; true for its last one.</summary>
    private bool TakeIdentity(PolyReply reply)
    {
        Told("Model:", CommonWords.ModelName);
        Told("Software Version:", CommonWords.FirmwareVersion);
        if (Told("Serial Number:", CommonWords.SerialNumber) is { } serial) Device.Identify(serial);
        return reply.Says(EndOfGreeting);

        string? Told(string label, string property)
        {
            if (!reply.Says(label) || reply.Text[label.Length..].Trim() is not { Length: > 0 } value) return null;
            Device.Report(property, value);
            return value;
        }
    }
}
