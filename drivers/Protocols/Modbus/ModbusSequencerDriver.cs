using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;
using Stateless.Graph;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.Modbus;

/// <summary>Drives a power sequencer or relay board whose channels are coils. Outlets carry the numbers of its channels.</summary>
public sealed class ModbusSequencerDriver : ModbusDriver
{
    private const string ChannelsOption = "channels", FirstCoilOption = "first-coil", StatusOption = "status", FirstInputOption = "first-input", MinOffOption = "min-off";
    private const string FromCoils = "coils", FromInputs = "inputs";
    private const int CoilsFunction = 1, InputsFunction = 2, WriteFunction = 5;

    private static readonly FaultSpec WrongMap =
        new("power.wrong-map", "The unit has not the channels that the site names: see its options", "设备没有站点配置的通道：请检查选项");

    public static readonly DriverManifest<ModbusReply> Manifest = new("modbus-sequencer", DeviceClass.Power, "Power sequencers and relay boards with a coil for each channel")
    {
        Links = [new("modbus+tcp", 502), new("modbus+serial", null, "baud=9600&data=8&parity=none&stop=1&flow=none")],
        Verbs = [OutletWords.On(), OutletWords.Off()],
        Properties = [OutletWords.Outlets()],
        Options =
        [
            new(ChannelsOption, ValueKind.Text, "1-8", "Channels that there are, such as 1-4,6,8", "现有通道，例如 1-4,6,8"),
            new(FirstCoilOption, ValueKind.Integer, 0, "Address of the coil of channel 1, counted from 0", "通道 1 的线圈地址（从 0 起）") { Min = 0, Max = 65_000 },
            new(StatusOption, ValueKind.Text, FromCoils, "Where the state is read: the coils, or inputs at the relays' contacts", "状态读取来源：线圈或继电器触点输入")
            {
                OneOf = [FromCoils, FromInputs],
            },
            new(FirstInputOption, ValueKind.Integer, 0, "Address of the input of channel 1, counted from 0", "通道 1 的离散输入地址（从 0 起）") { Min = 0, Max = 65_000 },
            new(MinOffOption, ValueKind.Integer, 10, "Seconds that an outlet stays off before it is switched on again", "断电后再次接通前的最短秒数") { Min = 0, Max = 40 },
        ],
        Faults = [OutletWords.NotFollowing, WrongMap],
        Modes = [nameof(Mode.Reading), nameof(Mode.Ready), nameof(Mode.Foreign)],

        // On a shared line a question may wait a second for its turn and half a second for its answer.
        Reply = new(Timeout: TimeSpan.FromSeconds(2), Gap: TimeSpan.FromMilliseconds(20), Resync.Quiet, Attempts: 3, MissedBeforeLost: 3),
        Grade = Grade.Room,
        Create = setup => new ModbusSequencerDriver(setup),
        Frames = FrameRelease.Whole,
        Diagram = () => MermaidGraph.Format(Describe()),
    };

    private readonly DriverSetup _setup;
    private readonly int[] _channels;
    private readonly OutletOrders<ModbusReply> _orders;

    public ModbusSequencerDriver(DriverSetup setup)
    {
        _setup = setup;
        _channels = ChannelList.Read(setup.Options[ChannelsOption].Text) ?? [];
        var timing = new OutletTiming(Rest: TimeSpan.FromSeconds(setup.Options[MinOffOption].Integer), Relay: TimeSpan.FromSeconds(3.5),
            Within: TimeSpan.FromSeconds(4), LookEvery: TimeSpan.FromMilliseconds(300));
        _orders = new(() => Device, timing, Send, _ => Read(static () => { }));
    }

    private bool ReadsInputs => _setup.Options[StatusOption].Text == FromInputs;

    public override void OnCommand(CommandRequest command)
    {
        var channel = (int)command.Args[OutletWords.OutletArgument].Integer;
        if (!_channels.Contains(channel)) Device.Complete(command, CommandResult.Rejected($"no channel {channel} on this unit"));
        else _orders.Accept(command, channel);
    }

    public override void OnTimer(string name) => _orders.OnTimer(name);

    public override void OnNotSeen(CommandRequest command, string property) =>
        _orders.NotSeen(command, (int)command.Args[OutletWords.OutletArgument].Integer);

    public override void OnLinkLost()
    {
        _orders.LinkLost();
        base.OnLinkLost();
    }

    internal static StateMachineInfo Describe() => new ModbusSequencerDriver(Manifest.OnPaper()).Machine;

    private protected override void ReadAll()
    {
        if (_channels.Length == 0)
        {
            Device.Raise(WrongMap.Code, $"the option {ChannelsOption} is no list such as 1-4,6,8 of numbers up to {ChannelList.Most}");
            Device.Reconnect(StatusReasons.ProtocolError, $"the option {ChannelsOption} is no list of channels", TimeSpan.FromMinutes(5));
            return;
        }

        // The range of numbers; what is missing in between is refused by name.
        Device.Extent(OutletWords.OutletExtent, _channels[^1]);
        Read(AllIsRead);
    }

    private void Read(Action done)
    {
        var (word, function, first) = ReadsInputs
            ? ("inputs", InputsFunction, _setup.Options[FirstInputOption].Integer)
            : ("coils", CoilsFunction, _setup.Options[FirstCoilOption].Integer);
        var (low, count) = (_channels[0], _channels[^1] - _channels[0] + 1);
        Ask(string.Create(CultureInfo.InvariantCulture, $"{word} {first + low - 1} {count}"), function, reply =>
        {
            if (reply.IsBusy) return;
            if (reply.Exception != 0 || reply.Data.Length != (count + 7) / 8)
            {
                Device.Raise(WrongMap.Code, reply.Exception != 0 ? reply.ExceptionWords : $"{reply.Data.Length} bytes for {count} channels");
                IsForeign();
                return;
            }

            Device.Clear(WrongMap.Code);
            foreach (var channel in _channels) _orders.Seen(channel, reply.Bit(channel - low) ? PowerStates.On : PowerStates.Off);
            done();
        });
    }

    private void Send(CommandRequest command, int channel, bool isOn)
    {
        var address = _setup.Options[FirstCoilOption].Integer + channel - 1;
        Ask(string.Create(CultureInfo.InvariantCulture, $"coil {address} {(isOn ? "on" : "off")}"), WriteFunction, reply =>
        {
            if (reply.Exception != 0) Device.Complete(command, CommandResult.Refused(reply.ExceptionWords, retryable: reply.IsBusy));
            else _orders.Taken(command, channel);
        }, command);
    }
}
