using System.Globalization;

namespace AvGateway.Simulator.Devices.KramerP3000;

/// <summary>How a model writes "no input" in a route.</summary>
internal enum KramerOff
{
    /// <summary>Input 0.</summary>
    Zero,

    /// <summary>One more than the last input.</summary>
    PastLast,

    /// <summary>The letter x.</summary>
    Letter,
}

/// <summary>In what the generations of the protocol differ.</summary>
/// <param name="Name">As in the option <c>profile</c>.</param>
/// <param name="Layered">Routes by ROUTE with a layer number; otherwise by VID, AUD and AV.</param>
/// <param name="Confirms">Set commands are answered with a trailing OK.</param>
internal sealed record KramerProfile(string Name, string Model, int Size, bool Layered, KramerOff Off, bool Confirms)
{
    private static readonly KramerProfile Newer = new("vs-uhd", "VS-88UHD", 8, true, KramerOff.Zero, false);

    private static readonly KramerProfile[] All =
    [
        Newer,
        new("old", "VP-8x8", 8, false, KramerOff.Zero, true),
        new("vsm", "VSM-4x4A", 4, true, KramerOff.PastLast, false),
    ];

    public static KramerProfile Of(DeviceSetting setting)
    {
        var name = setting.Word("profile", Newer.Name);
        var found = Array.Find(All, each => each.Name == name)
            ?? throw new CannotSimulateException($"No profile '{name}'; there is {string.Join(", ", All.Select(each => each.Name))}.");
        return setting.Word("off", "") switch
        {
            "" => found,
            "zero" => found with { Off = KramerOff.Zero },
            "past-last" => found with { Off = KramerOff.PastLast },
            "x" => found with { Off = KramerOff.Letter },
            var off => throw new CannotSimulateException($"No off '{off}'; there is zero, past-last, x."),
        };
    }

    /// <summary>An input as it stands in a route; 0 is none.</summary>
    public string Write(int input, int inputs) => (input, Off) switch
    {
        (0, KramerOff.PastLast) => (inputs + 1).ToString(CultureInfo.InvariantCulture),
        (0, KramerOff.Letter) => "x",
        _ => input.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Reads an input of a route: null when done, else the error.</summary>
    public string? Read(string text, int inputs, out int input)
    {
        input = 0;
        if (Off == KramerOff.Letter && text is "x" or "X") return null;
        if (!P3000Line.TryNumber(text, out input)) return P3000Error.Syntax;
        if (Off == KramerOff.PastLast && input == inputs + 1) input = 0;
        else if (input > inputs || input == 0 && Off != KramerOff.Zero) return P3000Error.OutOfRange;
        return null;
    }
}
