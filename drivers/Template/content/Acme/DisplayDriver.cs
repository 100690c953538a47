using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;

namespace Acme;

/// <summary>Drives a display by lines of text: <c>POWER?</c>, <c>POWER ON</c>, <c>INPUT?</c>, <c>INPUT HDMI1</c>; <c>OK</c> and <c>ERR why</c> answer.</summary>
/// <remarks>It never waits and holds no clock: it is told things and says what to do. <c>OK</c> is the device's yes and not yet the effect.</remarks>
public sealed class DisplayDriver : DeviceDriver<string>
{
    private const string LookTimer = "look";
    private const string OnMode = "On", OffMode = "Off";

    private static readonly TimeSpan LookAfter = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(2);
    private static readonly string[] Inputs = ["hdmi1", "hdmi2", "vga"];

    /// <summary>What the driver is and can do. This public static field is how the gateway finds it.</summary>
    public static readonly DriverManifest<string> Manifest = new("acme-display", DeviceClass.Display, "Acme displays with a text port")
    {
        Links = [LinkKind.Tcp(4001)],
        Verbs = [PowerWords.On, PowerWords.Off, DisplayWords.Input(Inputs)],
        Properties = [PowerWords.Power, DisplayWords.ShownInput],
        Reply = new(Timeout: TimeSpan.FromSeconds(2), Gap: TimeSpan.Zero, Resync.Reconnect),
        Modes = [OnMode, OffMode],
        Diagram = () => "stateDiagram-v2\n\t[*] --> Unknown\n\tUnknown --> On\n\tUnknown --> Off\n\tOn --> Off\n\tOff --> On\n\tOn --> Unknown\n\tOff --> Unknown",
        Create = _ => new DisplayDriver(),
    };

    private bool _isOn;

    private DisplayDriver() : base(new DisplayCodec()) { }

    public override void OnLinked()
    {
        Device.Ask("POWER?", ShowPower);
        Device.Ask("INPUT?", reply =>
        {
            if (!ShowInput(reply)) return false;
            Device.Synchronised();
            return true;
        });
    }

    public override void OnPoll() => Look();

    public override void OnTimer(string name) => Look();

    public override void OnCommand(CommandRequest command)
    {
        switch (command.Verb)
        {
            case PowerWords.OnVerb:
                Send(command, "POWER ON", PowerWords.PowerState, PowerStates.On);
                break;
            case PowerWords.OffVerb:
                Send(command, "POWER OFF", PowerWords.PowerState, PowerStates.Off);
                break;
            case DisplayWords.InputVerb when !_isOn:
                Device.Complete(command, CommandResult.Rejected("the display is not on") with { Retryable = true });
                break;
            default:
                var input = command.Args[DisplayWords.NameArgument];
                Send(command, $"INPUT {input.Text.ToUpperInvariant()}", DisplayWords.SelectedInput, input);
                break;
        }
    }

    private void Send(CommandRequest command, string request, string property, Value wished) => Device.Ask(request, reply =>
    {
        if (reply.StartsWith("ERR ", StringComparison.Ordinal))
        {
            Device.Complete(command, CommandResult.Refused(reply));
            return true;
        }

        if (reply != "OK") return false;
        Device.Acknowledged(command);
        Device.Expect(command, property, wished, Within, Look);
        Device.StartTimer(LookTimer, LookAfter);
        return true;
    }, command);

    private void Look()
    {
        Device.Ask("POWER?", ShowPower);
        Device.Ask("INPUT?", ShowInput);
    }

    private bool ShowPower(string reply)
    {
        if (reply is not ("POWER ON" or "POWER OFF")) return false;
        _isOn = reply == "POWER ON";
        Device.Report(PowerWords.PowerState, _isOn ? PowerStates.On : PowerStates.Off);
        Device.SetMode(_isOn ? OnMode : OffMode);

        // What it would show when it is on, it does not show now.
        if (!_isOn) Device.Forget(DisplayWords.SelectedInput);
        return true;
    }

    private bool ShowInput(string reply)
    {
        if (Array.Find(Inputs, i => reply == $"INPUT {i.ToUpperInvariant()}") is not { } input) return false;
        if (_isOn) Device.Report(DisplayWords.SelectedInput, input);
        return true;
    }
}
