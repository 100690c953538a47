using System.Globalization;

namespace AvGateway.Simulator.Devices;

/// <summary>Serial numbers that differ between devices and stay the same between runs: derived from the device's id (FNV-1a).</summary>
public static class Identity
{
    /// <summary>Upper-case hexadecimal digits, at most sixteen.</summary>
    public static string Hex(string id, int digits)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in id) hash = unchecked((hash ^ c) * 1099511628211UL);
        return hash.ToString("X16", CultureInfo.InvariantCulture)[^digits..];
    }
}
