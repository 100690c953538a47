using System.Diagnostics.CodeAnalysis;

namespace AvGateway.Drivers.Protocols.PjLink;

/// <summary>Inputs by name: those of the site, else the protocol's own kinds with their index, <c>digital1</c> for 31.</summary>
internal sealed class PjLinkInputs
{
    private static readonly string[] Kinds = ["rgb", "video", "digital", "storage", "network", "internal"];

    private readonly Dictionary<string, string> _codes = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <param name="configured">For example <c>hdmi1=31,pc=11</c>; what is no such pair is passed over.</param>
    public PjLinkInputs(string configured)
    {
        foreach (var part in configured.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, var code] || !IsCode(code)) continue;
            _codes[name] = code;
            _names[code] = name;
        }
    }

    public static bool IsCode(string code) => code is [>= '1' and <= '6', (>= '1' and <= '9') or (>= 'A' and <= 'Z')];

    /// <summary>The code of a name: the site's, the protocol's, or the code itself.</summary>
    public bool TryCode(string name, [NotNullWhen(true)] out string? code)
    {
        if (_codes.TryGetValue(name, out code)) return true;
        code = IsCode(name) ? name : null;
        foreach (var kind in Kinds)
        {
            if (code is null && name.Length == kind.Length + 1 && name.StartsWith(kind, StringComparison.OrdinalIgnoreCase))
                code = $"{Array.IndexOf(Kinds, kind) + 1}{char.ToUpperInvariant(name[^1])}";
        }

        return code is not null && IsCode(code);
    }

    public string Name(string code) => _names.TryGetValue(code, out var name) ? name : $"{Kinds[code[0] - '1']}{code[1]}";
}
