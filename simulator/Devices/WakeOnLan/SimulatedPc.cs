using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.WakeOnLan;

/// <summary>What a PC does as the network sees it.</summary>
internal enum PcState
{
    Off,
    Booting,
    On,

    /// <summary>Told to shut down, and all there.</summary>
    ShuttingDown,

    /// <summary>Its SSH server has ended; its network still answers.</summary>
    Closing,
}

/// <summary>
/// A PC without an agent: a network card that knows its own address sixteen times behind six octets FF (AMD's Magic Packet, with a SecureOn
/// password where one is set), and an SSH server whose programs end with a status (RFC 4254 §6.5, §6.10).
/// </summary>
internal sealed class SimulatedPc : SimulatedDevice<PcSession>, ICatalogued
{
    private const int AddressLength = 6;
    private const int Repetitions = 16;
    private const int UnknownProgram = 127;

    private readonly PcSwitches _switches;
    private IDisposable? _moving;
    private int _packets;

    public SimulatedPc(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(2))
    {
        Address = AddressOf(setting.Word("mac", "02-" + string.Join('-', Identity.Hex(setting.Id, 10).Chunk(2).Select(pair => new string(pair)))));
        Password = setting.Word("secureOn", "") is { Length: > 0 } word ? AddressOf(word) : [];
        Program = setting.Word("shutdown", "shutdown -h now");
        _switches = new(Switches);
        BackToFactory();
        Panel.Add("power-button", "Presses the button: starts it, or tells its system to shut down.", PressButton);
    }

    public static SimulatorDescriptor Descriptor { get; } = new("wake-on-lan", "power", "PC with Wake-on-LAN and an SSH server", [LinkKind.Ssh],
        static (setting, time) => new SimulatedPc(setting, time))
    {
        SshScheme = "wake",
    };

    internal byte[] Address { get; }

    internal PcState Power { get; private set; }

    internal bool RunsPrograms => Power is PcState.On or PcState.ShuttingDown;

    protected internal override bool RunsOnePerConnection => true;

    protected internal override bool KeepsSilent => Common.Mute.Now;

    private byte[] Password { get; }

    private string Program { get; }

    protected override Session NewSession(Connection connection) => new PcSession(this, connection);

    protected override void BackToFactory()
    {
        _packets = 0;
        Power = Setting.Word("power", "on") switch
        {
            "on" => PcState.On,
            "off" => PcState.Off,
            var word => throw new CannotSimulateException($"No power '{word}'; there is on, off."),
        };
    }

    protected override void Restarted()
    {
        Become(PcState.Off);
        if (_switches.DirectOn.Now) Start();
    }

    protected override void Describe(JsonObject state)
    {
        state["power"] = Power switch
        {
            PcState.Off => "off",
            PcState.Booting => "booting",
            PcState.On => "on",
            PcState.ShuttingDown => "shutting-down",
            _ => "closing",
        };
        state["mac"] = BitConverter.ToString(Address).ToLowerInvariant();
        state["packets"] = _packets;
    }

    /// <summary>A datagram at the card, whatever the system does.</summary>
    internal void HearPacket(ReadOnlySpan<byte> packet)
    {
        if (Common.Drop.Now || !IsMine(packet)) return;
        _packets++;
        if (Power is PcState.Off && !_switches.IgnoresWake.Now && !Frozen && _packets >= _switches.WakesAt.Now) Start();
    }

    internal void Execute(PcSession session, string command)
    {
        if (command == "hostname") session.End($"{Setting.Device}\n", 0);
        else if (command != Program) session.End($"{command.Split(' ')[0]}: command not found\n", UnknownProgram);
        else if (Refuse.On) session.End("Operation inhibited: a user is logged in\n", int.TryParse(Refuse.Code, CultureInfo.InvariantCulture, out var code) ? code : 1);
        else ShutDown(session);
    }

    private void ShutDown(PcSession session)
    {
        var breaks = _switches.LosesStatus.Now;
        if (!Frozen && !_switches.IgnoresShutdown.Now) GoDown();
        if (breaks) session.Break();
        else session.End("", 0);
    }

    private void PressButton()
    {
        if (Power is PcState.Off) Start();
        else GoDown();
    }

    private void Start()
    {
        Become(PcState.Booting);
        Move(_switches.Boot.Now, () => Become(PcState.On));
    }

    private void GoDown()
    {
        if (Power is not PcState.On) return;
        Become(PcState.ShuttingDown);
        Move(_switches.ShutdownTime.Now, () =>
        {
            Become(PcState.Closing);
            Move(_switches.Closing.Now, () =>
            {
                Become(PcState.Off);
                if (_switches.Restarts.Now) Start();
                else if (_switches.WakesByItself.Now > TimeSpan.Zero) Move(_switches.WakesByItself.Now, Start);
            });
        });
    }

    private void Move(TimeSpan after, Action then)
    {
        _moving?.Dispose();
        _moving = After(after, then);
    }

    private void Become(PcState state)
    {
        _moving?.Dispose();
        if (state is PcState.Off or PcState.Booting) _packets = 0;
        Power = state;
        Trace.Note(Now, null, $"now {state}");
        if (!RunsPrograms)
        {
            foreach (var session in Sessions.Where(each => each.Kind is LinkKind.Ssh)) session.Break();
        }

        MoveLink();
    }

    private bool IsMine(ReadOnlySpan<byte> packet)
    {
        var body = packet[AddressLength..];
        if (body.Length < AddressLength * Repetitions) return false;
        for (var i = 0; i < Repetitions; i++)
            if (!body.Slice(i * AddressLength, AddressLength).SequenceEqual(Address)) return false;
        return Password.Length == 0 || body[(AddressLength * Repetitions)..].SequenceEqual(Password);
    }

    private static byte[] AddressOf(string text)
    {
        try
        {
            return Convert.FromHexString(text.Replace("-", "", StringComparison.Ordinal).Replace(":", "", StringComparison.Ordinal)) is { Length: AddressLength } octets
                ? octets
                : throw new CannotSimulateException($"'{text}' is not six octets.");
        }
        catch (FormatException wrong)
        {
            throw new CannotSimulateException($"'{text}' is not six octets such as 02-00-00-00-00-01.", wrong);
        }
    }
}
