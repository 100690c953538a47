using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Shure;

/// <summary>
/// A conferencing processor with command strings on TCP 2202: eight inputs and an automixer (21) with mute and gain. Every change is told to every client,
/// a level beyond the range ends at its limit, texts are filled up with spaces inside their braces.
/// </summary>
internal sealed class SimulatedShure : SimulatedDevice<ShureSession>, ICatalogued
{
    private const int Inputs = 8, Automixer = 21;
    private const int Unity = 1100, MostGain = 1400;
    private const string Error = "REP ERR";

    private readonly ShureSwitches _switches;
    private readonly SortedDictionary<int, Channel> _channels = [];
    private readonly string _model;
    private readonly string _serial;

    public SimulatedShure(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(10))
    {
        _model = setting.Word("model", "P300");
        _serial = setting.Word("serialNumber", Identity.Hex(setting.Id, 12));
        _switches = new(Switches, this);
        Begin();
        Panel.Add("mute", "Presses the mute key of a microphone, or opens it.", args =>
        {
            if (!args.Integer("channel", 1, Automixer, out var number) || !args.Boolean("muted", out var muted)) return args.Problem;
            if (_channels.TryGetValue(number, out var channel)) Change(null, number, channel with { IsMuted = muted });
            return null;
        }, new FrontPanelArgument("channel", "1 to 8, or 21"), new FrontPanelArgument("muted", "true or false"));
        Panel.Add("gain", "Turns the gain of a channel in the maker's own program.", args =>
        {
            if (!args.Integer("channel", 1, Automixer, out var number) || !args.Integer("tenths", 0, MostGain, out var gain)) return args.Problem;
            if (_channels.TryGetValue(number, out var channel)) Change(null, number, channel with { Gain = gain });
            return null;
        }, new FrontPanelArgument("channel", "1 to 8, or 21"), new FrontPanelArgument("tenths", "0 to 1400, 1100 is 0 dB"));
    }

    public static SimulatorDescriptor Descriptor { get; } = new("shure", "audio", "Shure audio processor (command strings)",
        [LinkKind.Tcp], static (setting, time) => new SimulatedShure(setting, time));

    protected override Session NewSession(Connection connection) => new ShureSession(this, connection);

    protected override void BackToFactory() => Begin();

    // Mutes and gains are kept in the device.
    protected override void Restarted()
    {
    }

    protected override void Describe(JsonObject state)
    {
        state["serialNumber"] = _serial;
        state["muted"] = new JsonArray([.. _channels.Where(c => c.Value.IsMuted).Select(c => (JsonNode)JsonValue.Create(c.Key))]);
        state["gains"] = new JsonObject(_channels.Select(c => KeyValuePair.Create(c.Key.ToString(CultureInfo.InvariantCulture), (JsonNode?)JsonValue.Create(c.Value.Gain))));
    }

    internal void StartMeters(ShureSession session)
    {
        if (_switches.Meters.Now > TimeSpan.Zero) Meter(session);
    }

    internal void RestartMeters()
    {
        foreach (var session in Sessions) StartMeters(session);
    }

    internal void Obey(ShureSession session, string[] words)
    {
        switch (words)
        {
            case ["GET", "MODEL"]: Answer(session, $"REP MODEL {Padded(_model, 32)}"); break;
            case ["GET", "SERIAL_NUM"]: Answer(session, $"REP SERIAL_NUM {Padded(_serial, 32)}"); break;
            case ["GET", "FW_VER"]: Answer(session, $"REP FW_VER {Padded("4.7.12", 18)}"); break;
            case ["GET", "DEVICE_ID"]: Answer(session, $"REP DEVICE_ID {Padded(Setting.Device, 31)}"); break;
            case ["GET", "0" or "00", "AUDIO_MUTE"]:
                foreach (var (number, channel) in _channels.Where(c => c.Key != Automixer)) Answer(session, Mute(number, channel));
                break;
            case ["GET", var number, var word]: Get(session, number, word); break;
            case ["SET", var number, var word, var value]: Set(session, number, word, value); break;
            case ["SET", var number, "AUDIO_GAIN_HI_RES", ("INC" or "DEC") and var way, var steps]: Step(session, number, way == "INC", steps); break;
            default: Answer(session, Error); break;
        }
    }

    private void Get(ShureSession session, string number, string word)
    {
        if (!TryChannel(number, out var index, out var channel)) Answer(session, Error);
        else if (word == MuteWord(index)) Answer(session, Mute(index, channel));
        else if (word == "AUDIO_GAIN_HI_RES") Answer(session, Gain(index, channel));
        else Answer(session, Error);
    }

    private void Set(ShureSession session, string number, string word, string value)
    {
        if (Refuse.On || !TryChannel(number, out var index, out var channel))
        {
            Answer(session, Error);
            return;
        }

        Channel? wished = (word, value) switch
        {
            _ when word == MuteWord(index) && value is "ON" or "OFF" => channel with { IsMuted = value == "ON" },
            _ when word == MuteWord(index) && value == "TOGGLE" => channel with { IsMuted = !channel.IsMuted },
            ("AUDIO_GAIN_HI_RES", _) when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var gain) =>
                channel with { Gain = Math.Min(gain, MostGain) },
            _ => null,
        };
        if (wished is null) Answer(session, Error);
        else Change(session, index, wished, word);
    }

    private void Step(ShureSession session, string number, bool up, string steps)
    {
        if (Refuse.On || !TryChannel(number, out var index, out var channel) || !int.TryParse(steps, NumberStyles.None, CultureInfo.InvariantCulture, out var by))
            Answer(session, Error);
        else Change(session, index, channel with { Gain = Math.Clamp(channel.Gain + (up ? by : -by), 0, MostGain) }, "AUDIO_GAIN_HI_RES");
    }

    private void Change(ShureSession? by, int number, Channel wished, string? word = null)
    {
        var before = _channels[number];
        var now = by is not null && Frozen ? before : wished;
        _channels[number] = now;
        if (by is not null && word is not null)
        {
            var told = _switches.EchoesWish.Now ? wished : now;
            var text = word == "AUDIO_GAIN_HI_RES" ? Gain(number, told) : Mute(number, told);
            Answer(by, text);
            if (_switches.SaysTwice.Now) Answer(by, text);
        }

        if (_switches.NoPush.Now) return;
        foreach (var session in Sessions.Where(s => s != by))
        {
            if (before.IsMuted != now.IsMuted) session.Report(Mute(number, now));
            if (before.Gain != now.Gain) session.Report(Gain(number, now));
        }
    }

    private void Answer(ShureSession session, string text)
    {
        if (_switches.CutStrings.Now > 0)
        {
            _switches.CutStrings.Become(_switches.CutStrings.Now - 1);
            session.Say($"< {text} ");
            return;
        }

        session.Report(text);
    }

    private void Meter(ShureSession session)
    {
        if (_switches.Meters.Now == TimeSpan.Zero || !Sessions.Contains(session)) return;
        session.Report("SAMPLE_IN " + string.Join(' ', Enumerable.Range(0, 14).Select(i => (30 + i).ToString("000", CultureInfo.InvariantCulture))));
        After(_switches.Meters.Now, () => Meter(session));
    }

    private bool TryChannel(string number, out int index, out Channel channel)
    {
        channel = null!;
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out index) && index != _switches.MissingChannel.Now
            && _channels.TryGetValue(index, out channel!);
    }

    private void Begin()
    {
        _channels.Clear();
        for (var number = 1; number <= Inputs; number++) _channels[number] = new(false, Unity);
        _channels[Automixer] = new(false, Unity);
    }

    private static string MuteWord(int number) => number == Automixer ? "AUTOMXR_MUTE" : "AUDIO_MUTE";

    private static string Mute(int number, Channel channel) => $"REP {number} {MuteWord(number)} {(channel.IsMuted ? "ON" : "OFF")}";

    private static string Gain(int number, Channel channel) => string.Create(CultureInfo.InvariantCulture, $"REP {number} AUDIO_GAIN_HI_RES {channel.Gain:0000}");

    private static string Padded(string text, int width) => $"{{{text.PadRight(width)}}}";

    private sealed record Channel(bool IsMuted, int Gain);
}
