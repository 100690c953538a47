using System.Globalization;
using System.IO.Ports;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Serial;

/// <summary>What stands behind the question mark of a <c>serial:</c> link. Lines that are not named are left as they are.</summary>
internal sealed record SerialSettings
{
    public int Baud { get; init; } = 9600;

    public int DataBits { get; init; } = 8;

    public Parity Parity { get; init; } = Parity.None;

    public int StopBits { get; init; } = 1;

    public Handshake Flow { get; init; } = Handshake.None;

    public bool? Dtr { get; init; }

    public bool? Rts { get; init; }

    public override string ToString() => $"{Baud} {DataBits}{Parity.ToString()[0]}{StopBits}";

    /// <summary>Reads the options; every finding is added to the list.</summary>
    public static SerialSettings Read(LinkAddress address, List<string> findings)
    {
        var settings = new SerialSettings();
        foreach (var (name, value) in address.Options)
        {
            settings = name switch
            {
                "baud" => settings with { Baud = Number(name, value, 50, 4_000_000, findings) },
                "data" => settings with { DataBits = Number(name, value, 5, 8, findings) },
                "stop" => settings with { StopBits = Number(name, value, 1, 2, findings) },
                "parity" => settings with { Parity = Word(name, value, Parities, findings) },
                "flow" => settings with { Flow = Word(name, value, Flows, findings) },
                "dtr" => settings with { Dtr = Word(name, value, Switches, findings) },
                "rts" => settings with { Rts = Word(name, value, Switches, findings) },
                _ => Unknown(name, settings, findings),
            };
        }

        if (settings is { Rts: not null, Flow: Handshake.RequestToSend })
            findings.Add("rts is driven by flow=rtscts; name only one of them");
        return settings;
    }

    private static readonly Dictionary<string, Parity> Parities = new(StringComparer.Ordinal)
    {
        ["none"] = Parity.None,
        ["odd"] = Parity.Odd,
        ["even"] = Parity.Even,
        ["mark"] = Parity.Mark,
        ["space"] = Parity.Space,
    };

    private static readonly Dictionary<string, Handshake> Flows = new(StringComparer.Ordinal)
    {
        ["none"] = Handshake.None,
        ["rtscts"] = Handshake.RequestToSend,
        ["xonxoff"] = Handshake.XOnXOff,
    };

    private static readonly Dictionary<string, bool?> Switches = new(StringComparer.Ordinal) { ["on"] = true, ["off"] = false };

    private static int Number(string name, string value, int least, int most, List<string> findings)
    {
        var read = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (read && number >= least && number <= most) return number;
        findings.Add($"{name}={value} is not a number of {least}..{most}");
        return least;
    }

    private static T? Word<T>(string name, string value, Dictionary<string, T> words, List<string> findings)
    {
        if (words.TryGetValue(value, out var meaning)) return meaning;
        findings.Add($"{name}={value} is not one of {string.Join(", ", words.Keys)}");
        return default;
    }

    private static SerialSettings Unknown(string name, SerialSettings settings, List<string> findings)
    {
        findings.Add($"serial knows no option \"{name}\"; known are baud, data, parity, stop, flow, dtr, rts");
        return settings;
    }
}
