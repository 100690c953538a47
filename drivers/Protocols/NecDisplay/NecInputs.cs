using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AvGateway.Drivers.Protocols.NecDisplay;

/// <summary>Inputs by name: those of the site, else the words of the manual's table.</summary>
internal sealed class NecInputs
{
    private static readonly (string Name, int Code)[] Known =
    [
        ("vga", 0x01), ("rgb", 0x02), ("dvi", 0x03), ("video1", 0x05), ("video2", 0x06), ("s-video", 0x07), ("dvd1", 0x0C), ("option", 0x0D),
        ("dvd2", 0x0E), ("displayport1", 0x0F), ("displayport2", 0x10), ("hdmi1", 0x11), ("hdmi2", 0x12), ("hdmi3", 0x82), ("usb", 0x87),
    ];

    private readonly Dictionary<string, int> _codes = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<int, string> _names = [];

    /// <param name="configured">For example <c>pc=0011,evidence=000F</c>; what is no such pair is passed over.</param>
    public NecInputs(string configured)
    {
        foreach (var (name, code) in Known) Add(name, code);
        foreach (var part in configured.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=', 2, StringSplitOptions.TrimEntries) is [{ Length: > 0 } name, var digits] && TryHex(digits, out var code)) Add(name, code);
        }
    }

    public bool TryCode(string name, out int code) => _codes.TryGetValue(name, out code) || TryHex(name, out code);

    public string Name(int code) => _names.TryGetValue(code, out var name) ? name : code.ToString("X4", CultureInfo.InvariantCulture);

    private void Add(string name, int code)
    {
        _codes[name] = code;
        _names[code] = name;
    }

    private static bool TryHex([NotNullWhen(true)] string? digits, out int code)
    {
        code = 0;
        return digits is { Length: 4 } && int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out code) && code > 0;
    }
}
